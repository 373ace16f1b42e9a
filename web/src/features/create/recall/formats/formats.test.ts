import { describe, expect, test } from 'vitest'
import { readImageFile } from '../image/readImageFile'
import { exif, fixture, iTXt, jpeg, png, tEXt } from '../testing/imageFiles'
import { recall } from '../testing/recall'

const STUDIO_CHUNK = {
  schema: 1,
  software: 'genai-studio 0.1.0',
  id: '0190',
  parentId: null,
  index: 1,
  prompt: '一个红苹果',
  negativePrompt: 'blurry',
  model: 'tiny',
  width: 192,
  height: 256,
  steps: 30,
  guidanceScale: 3.5,
  seed: 8,
  style: 'flat',
  createdAt: '2026-11-23T08:00:00.000+00:00',
}

const PARAMETERS = 'a red apple\nSteps: 20, Seed: 7'

describe('the studio chunk', () => {
  test('takes precedence over the parameters text', async () => {
    const file = png(
      tEXt('parameters', PARAMETERS),
      iTXt('genai_studio', JSON.stringify(STUDIO_CHUNK)),
    )
    expect(await recall(file)).toEqual({
      settings: {
        prompt: '一个红苹果',
        negativePrompt: 'blurry',
        model: 'tiny',
        width: 192,
        height: 256,
        steps: 30,
        guidanceScale: 3.5,
        seed: 8,
        style: 'flat',
      },
      ignored: [],
    })
  })

  test('clears the style of an image without one', async () => {
    const chunk = JSON.stringify({ ...STUDIO_CHUNK, style: null, negativePrompt: null })
    const { settings } = await recall(png(iTXt('genai_studio', chunk)))
    expect(settings).toMatchObject({ style: null, negativePrompt: '' })
  })
})

describe('images of other programs', () => {
  const boat = { prompt: 'a wooden boat', negativePrompt: 'fog' }
  const large = { largeSeed: '3698135662' }
  const invokeAi = {
    settings: {
      ...boat,
      model: 'someMix',
      width: 512,
      height: 384,
      steps: 24,
      guidanceScale: 6.5,
      seed: 1550652014,
    },
    ...large,
    ignored: [],
  }
  const automatic1111 = {
    settings: {
      ...boat,
      steps: 24,
      guidanceScale: 6.5,
      seed: 7,
      width: 256,
      height: 384,
      model: 'someMix_v3',
    },
    ignored: ['Sampler', 'Model hash'],
  }
  const { model: _, ...withoutModel } = automatic1111.settings
  const comment = { settings: withoutModel, ignored: ['Sampler'] }
  const weights = '(wooden boat:1.2), (calm sea:1.1), (dawn:0.9)'
  const { negativePrompt: __, ...withoutNegative } = boat
  test.each([
    ['usercomment_be.jpg', comment],
    ['usercomment_le.jpg', comment],
    ['usercomment.webp', comment],
    ['utf8.png', { ...automatic1111, settings: { ...automatic1111.settings, prompt: '木の小舟' } }],
    [
      'large_seed.png',
      { ...automatic1111, settings: { ...automatic1111.settings, seed: 1550652014 }, ...large },
    ],
    ['random_seed.png', { ...automatic1111, settings: { ...automatic1111.settings, seed: null } }],
    [
      'templates.png',
      { ...automatic1111, ignored: ['Sampler', 'Model hash', 'Template', 'Negative Template'] },
    ],
    ['bare_prompt.png', { settings: { prompt: weights }, ignored: [] }],
    ['invokeai.png', invokeAi],
    [
      'invokeai_null_negative.png',
      { ...invokeAi, settings: { ...invokeAi.settings, negativePrompt: '' } },
    ],
    ['invokeai_style.png', invokeAi],
    [
      'invokeai2.png',
      {
        settings: {
          ...withoutNegative,
          width: 512,
          height: 384,
          steps: 24,
          guidanceScale: 6.5,
          seed: 7,
        },
        ignored: [],
      },
    ],
    [
      'fooocus.png',
      {
        settings: {
          ...boat,
          model: 'someMix.safetensors',
          width: 512,
          height: 384,
          steps: 24,
          guidanceScale: 4,
          seed: 7,
        },
        ignored: ['adm_guidance'],
      },
    ],
    ['fooocus_weights.png', { settings: { prompt: weights, steps: 24, seed: 7 }, ignored: [] }],
    [
      'swarmui.png',
      {
        settings: {
          ...boat,
          model: 'someMix',
          width: 512,
          height: 384,
          steps: 24,
          guidanceScale: 6.5,
          seed: 7,
        },
        ignored: [],
      },
    ],
    [
      'swarmui_weights.png',
      {
        settings: {
          prompt: '(3D:1.45) boat, (calm:1.2) sea, (dawn:0.9)',
          negativePrompt: 'fog',
          seed: 7,
        },
        ignored: [],
      },
    ],
    ['comfyui.png', { settings: { ...boat, steps: 24, guidanceScale: 6.5, seed: 7 }, ignored: [] }],
    [
      'novelai.png',
      {
        settings: {
          ...boat,
          width: 512,
          height: 384,
          steps: 28,
          guidanceScale: 5,
          seed: 1550652014,
        },
        ...large,
        ignored: [],
      },
    ],
  ])('%s', async (name, expected) => {
    expect(await recall(fixture(name))).toEqual(expected)
  })

  test('lists an unusable value by its name', async () => {
    const { settings, ignored } = await recall(fixture('invokeai_cfg_list.png'))
    expect(settings).not.toHaveProperty('guidanceScale')
    expect(ignored).toEqual(['cfg_scale'])
  })
})

describe('forms of one program', () => {
  test('InvokeAI 2: exclusions, and the Dream chunk alone', async () => {
    const file = png(
      tEXt(
        'Dream',
        '"a \\"wooden\\" boat [fog] [rain]" -s 24 -S 7 -W512 -W 512 -H 384 -C 6.5 -A k_lms',
      ),
    )
    expect(await recall(file)).toEqual({
      settings: {
        prompt: 'a "wooden" boat',
        negativePrompt: 'fog, rain',
        steps: 24,
        seed: 7,
        width: 512,
        height: 384,
        guidanceScale: 6.5,
      },
      ignored: ['-W512', 'sampler'],
    })
  })

  test('Fooocus in a JPEG', async () => {
    const json = JSON.stringify({
      prompt: 'a boat',
      metadata_scheme: 'fooocus',
      resolution: '(512, 384)',
    })
    expect((await recall(jpeg(exif(Buffer.from(json))))).settings).toEqual({
      prompt: 'a boat',
      width: 512,
      height: 384,
    })
  })

  test('ComfyUI: links, loaders, 64-bit seeds and other nodes', async () => {
    const graph = {
      4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'mix.safetensors' } },
      10: {
        class_type: 'LoraLoader',
        inputs: { lora_name: 'ink', model: ['4', 0], clip: ['4', 1] },
      },
      5: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 384, batch_size: 1 } },
      6: { class_type: 'CLIPTextEncode', inputs: { text: ['12', 0], clip: ['10', 1] } },
      7: { class_type: 'CLIPTextEncode', inputs: { text: 'fog', clip: ['10', 1] } },
      12: { class_type: 'PrimitiveString', inputs: { value: 'a boat' } },
      11: {
        class_type: 'ControlNetApplyAdvanced',
        inputs: { positive: ['6', 0], negative: ['7', 0] },
      },
      3: {
        class_type: 'KSampler',
        inputs: {
          ...{
            seed: 'SEED',
            steps: 24,
            cfg: 6.5,
            sampler_name: 'euler',
            scheduler: 'normal',
            denoise: 1,
          },
          ...{ model: ['10', 0], positive: ['11', 0], negative: ['11', 1], latent_image: ['5', 0] },
        },
      },
      13: { class_type: 'KSampler', inputs: { latent_image: ['3', 0], positive: ['6', 0] } },
    }
    const text = JSON.stringify(graph).replace('"SEED"', '18446744073709551615')
    expect(await recall(png(tEXt('prompt', text), tEXt('workflow', '{}')))).toEqual({
      settings: {
        prompt: 'a boat',
        negativePrompt: 'fog',
        model: 'mix.safetensors',
        width: 512,
        height: 384,
        steps: 24,
        guidanceScale: 6.5,
        seed: 2147483647,
      },
      largeSeed: '18446744073709551615',
      ignored: [
        'sampler_name',
        'scheduler',
        'LoraLoader',
        'ControlNetApplyAdvanced',
        'PrimitiveString',
        'KSampler',
      ],
    })
  })
})

test('ComfyUI: custom samplers', async () => {
  const graph = {
    1: { class_type: 'UNETLoader', inputs: { unet_name: 'flux.safetensors' } },
    2: { class_type: 'CLIPTextEncodeFlux', inputs: { clip_l: 'a boat', t5xxl: 'a wooden boat' } },
    3: { class_type: 'FluxGuidance', inputs: { conditioning: ['2', 0], guidance: 3.5 } },
    4: { class_type: 'BasicGuider', inputs: { model: ['1', 0], conditioning: ['3', 0] } },
    5: { class_type: 'RandomNoise', inputs: { noise_seed: ['9', 0] } },
    6: { class_type: 'KSamplerSelect', inputs: { sampler_name: 'euler' } },
    7: {
      class_type: 'BasicScheduler',
      inputs: { model: ['1', 0], scheduler: 'beta', steps: 30, denoise: 1 },
    },
    8: { class_type: 'EmptySD3LatentImage', inputs: { width: 512, height: 384, batch_size: 1 } },
    9: { class_type: 'PrimitiveInt', inputs: { value: 7 } },
    10: {
      class_type: 'SamplerCustomAdvanced',
      inputs: {
        noise: ['5', 0],
        guider: ['4', 0],
        sampler: ['6', 0],
        sigmas: ['7', 0],
        latent_image: ['8', 0],
      },
    },
  }
  expect(await recall(png(tEXt('prompt', JSON.stringify(graph))))).toEqual({
    settings: {
      prompt: 'a wooden boat',
      model: 'flux.safetensors',
      width: 512,
      height: 384,
      steps: 30,
      seed: 7,
    },
    ignored: ['sampler_name', 'scheduler', 'CLIPTextEncodeFlux', 'FluxGuidance', 'PrimitiveInt'],
  })
})

test('SwarmUI: numbers as texts, without a prompt', async () => {
  const params = { seed: '4294967295', steps: '20', cfgscale: '7.0', automaticvae: true, loras: '' }
  const file = png(iTXt('parameters', JSON.stringify({ sui_image_params: params })))
  expect(await recall(file)).toEqual({
    settings: { seed: 2147483647, steps: 20, guidanceScale: 7 },
    largeSeed: '4294967295',
    ignored: ['automaticvae'],
  })
})

describe('settings in a form that is not read', () => {
  const custom = JSON.stringify({ 1: { class_type: 'MagicSampler', inputs: {} } })
  test.each([
    ['ComfyUI', png(tEXt('prompt', custom))],
    ['ComfyUI', png(tEXt('workflow', '{"nodes": []}'))],
    ['InvokeAI', png(iTXt('invokeai_workflow', '{}'))],
    ['InvokeAI', png(iTXt('invokeai_metadata', '{'))],
    [
      'InvokeAI',
      png(
        tEXt(
          'sd-metadata',
          '{"image": {"prompt": [{"prompt": "a", "weight": 2}, {"prompt": "b", "weight": 1}]}}',
        ),
      ),
    ],
    ['SwarmUI', png(tEXt('parameters', '{"sui_image_params": {}}'))],
    ['Fooocus', png(tEXt('parameters', '{"version": "Fooocus v3"}'))],
    ['NovelAI', png(tEXt('Software', 'NovelAI'), tEXt('Comment', 'nonsense'))],
    ['genai-studio', png(iTXt('genai_studio', '[1]'))],
    ['Easy Diffusion', png(tEXt('prompt', 'a boat'), tEXt('use_stable_diffusion_model', 'mix'))],
    [
      'Midjourney',
      png(tEXt('Description', 'a boat --v 6 Job ID: 0aa11b22-0000-4000-8000-001122334455')),
    ],
    ['parameters', png(tEXt('parameters', '{"text": "a boat"}'))],
  ])('names %s', async (program, file) => {
    expect(await readImageFile(file)).toEqual({ kind: 'unsupported', program })
  })
})
