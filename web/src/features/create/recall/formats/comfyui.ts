import { FieldReader } from '../fieldReader'
import {
  follow,
  type Graph,
  loaderOf,
  type Node,
  numberOf,
  readGraph,
  textOf,
} from './comfyuiGraph'
import type { Format, Texts } from './format'
import { type Json, parseObject } from './json'

/** Nodes whose inputs are read, or that do not change the image. */
const KNOWN = new Set([
  ...['KSampler', 'KSamplerAdvanced', 'SamplerCustom', 'SamplerCustomAdvanced'],
  ...['KSamplerSelect', 'RandomNoise', 'BasicScheduler', 'BasicGuider', 'CFGGuider'],
  ...['EmptyLatentImage', 'EmptySD3LatentImage', 'EmptyFlux2LatentImage'],
  ...['CheckpointLoaderSimple', 'CheckpointLoader', 'UNETLoader', 'CLIPLoader', 'DualCLIPLoader'],
  ...['CLIPTextEncode', 'ConditioningZeroOut', 'VAEDecode', 'SaveImage', 'PreviewImage'],
])

/**
 * ComfyUI: its API prompt in the PNG chunk `prompt`, or in the Exif tag Model as `prompt:…`. Supports
 * the standard nodes; other graphs have no general meaning. Nodes: `nodes.py` and
 * `comfy_extras/nodes_custom_sampler.py` of that project.
 */
export const comfyUiFormat: Format = {
  program: 'ComfyUI',
  carries: (texts) => promptJson(texts) !== null || /^\s*\{/.test(texts.get('workflow') ?? ''),
  read: (texts) => {
    const graph = readGraph(promptJson(texts))
    const samplers = [...graph.values()].filter(({ type }) => /^K?Sampler(?!Select)/.test(type))
    // The first pass starts from an empty image. Later ones refine it.
    const sampler =
      samplers.find(({ inputs }) => follow(graph, inputs.latent_image)?.type.startsWith('Empty')) ??
      (samplers.length === 1 ? samplers[0] : undefined)
    if (sampler === undefined) return null
    const inputs = samplingInputs(graph, sampler)
    const prompt = textOf(graph, inputs.positive)
    if (prompt === null) return null
    const latent = follow(graph, inputs.latent_image)?.inputs ?? {}
    const loader = loaderOf(graph, inputs.model)?.inputs
    const others = [...graph.values()].filter(
      (node) => !KNOWN.has(node.type) || (samplers.includes(node) && node !== sampler),
    )
    const reader = new FieldReader(
      new Map<string, unknown>([
        ['steps', numberOf(graph, inputs.steps)],
        ['cfg', numberOf(graph, inputs.cfg)],
        ['seed', numberOf(graph, inputs.seed)],
        ['sampler_name', inputs.sampler_name],
        ['scheduler', inputs.scheduler],
        ['denoise', inputs.denoise === 1 ? null : inputs.denoise],
        ['model', loader?.ckpt_name ?? loader?.unet_name],
        ['width', numberOf(graph, latent.width)],
        ['height', numberOf(graph, latent.height)],
        ...others.map(({ type }) => [type, type] as const),
      ]),
    )
    const negativePrompt = textOf(graph, inputs.negative)
    if (negativePrompt !== null) reader.set({ negativePrompt })
    return reader
      .set({ prompt })
      .text('model', 'model')
      .number('width', 'width')
      .number('height', 'height')
      .number('steps', 'steps')
      .number('guidanceScale', 'cfg')
      .seed('seed')
      .result()
  },
}

function promptJson(texts: Texts): Json | null {
  return (
    parseObject(texts.get('prompt')) ?? parseObject(texts.get('Model')?.replace(/^prompt:/i, ''))
  )
}

/** Collect the inputs of a sampler. Custom samplers have them in linked nodes. */
function samplingInputs(graph: Graph, { inputs }: Node): Json {
  const linked = (name: string) => follow(graph, inputs[name])?.inputs ?? {}
  const guider = linked('guider')
  return {
    ...guider,
    ...linked('sigmas'),
    ...linked('sampler'),
    seed: linked('noise').noise_seed ?? inputs.noise_seed,
    positive: guider.positive ?? guider.conditioning,
    model: guider.model,
    ...inputs,
  }
}
