import { FieldReader } from '../FieldReader'
import type { Format, Texts } from './format'
import { asObject, type Json, parseObject } from './json'

interface Node {
  type: string
  inputs: Json
}
type Graph = ReadonlyMap<string, Node>

const SAMPLERS = new Set(['KSampler', 'KSamplerAdvanced'])
const LATENTS = new Set(['EmptyLatentImage', 'EmptySD3LatentImage'])
const LOADERS = new Set(['CheckpointLoaderSimple', 'UNETLoader', 'CheckpointLoader'])
/** Nodes that do not change the image, or whose inputs are read. */
const KNOWN = new Set([
  ...SAMPLERS,
  ...LATENTS,
  ...LOADERS,
  ...['CLIPTextEncode', 'VAEDecode', 'SaveImage', 'PreviewImage'],
])
const MAX_LINKS = 50

/**
 * ComfyUI: its API prompt in the PNG chunk `prompt`, or in the Exif tag Model as `prompt:…`. Supports
 * the standard nodes; other graphs have no general meaning. Nodes: `nodes.py` of that project.
 */
export const comfyUiFormat: Format = {
  program: 'ComfyUI',
  carries: (texts) => promptJson(texts) !== null || /^\s*\{/.test(texts.get('workflow') ?? ''),
  read: (texts) => {
    const graph = readGraph(promptJson(texts))
    const samplers = [...graph.values()].filter(({ type }) => SAMPLERS.has(type))
    // The first pass starts from an empty image. Later ones refine it.
    const sampler =
      samplers.find(({ inputs }) => LATENTS.has(follow(graph, inputs.latent_image)?.type ?? '')) ??
      (samplers.length === 1 ? samplers[0] : undefined)
    const prompt = sampler && textOf(graph, sampler.inputs.positive)
    if (sampler === undefined || typeof prompt !== 'string') return null
    const latent = follow(graph, sampler.inputs.latent_image)?.inputs ?? {}
    const loader = findLoader(graph, sampler)
    const reader = new FieldReader(
      new Map<string, unknown>([
        ['steps', sampler.inputs.steps],
        ['cfg', sampler.inputs.cfg],
        ['seed', sampler.inputs.seed ?? sampler.inputs.noise_seed],
        ['sampler_name', sampler.inputs.sampler_name],
        ['scheduler', sampler.inputs.scheduler],
        ['denoise', sampler.inputs.denoise === 1 ? null : sampler.inputs.denoise],
        ['model', loader?.inputs.ckpt_name ?? loader?.inputs.unet_name],
        ['width', latent.width],
        ['height', latent.height],
        ...[...graph.values()]
          .filter((node) => !KNOWN.has(node.type) || (SAMPLERS.has(node.type) && node !== sampler))
          .map(({ type }) => [type, type] as const),
      ]),
    )
    const negativePrompt = textOf(graph, sampler.inputs.negative)
    if (typeof negativePrompt === 'string') reader.set({ negativePrompt })
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

function readGraph(json: Json | null): Graph {
  const graph = new Map<string, Node>()
  for (const [id, value] of Object.entries(json ?? {})) {
    const node = asObject(value)
    const inputs = asObject(node?.inputs)
    if (typeof node?.class_type === 'string' && inputs)
      graph.set(id, { type: node.class_type, inputs })
  }
  return graph
}

/** Return the node that a link `[id, output]` leads to. */
function follow(graph: Graph, link: unknown): Node | undefined {
  return Array.isArray(link) ? graph.get(String(link[0])) : undefined
}

/** Return the text of a conditioning. Returns null if it is not a single CLIPTextEncode. */
function textOf(graph: Graph, start: unknown): string | null {
  let link = start
  for (let count = 0; count < MAX_LINKS; count += 1) {
    const node = follow(graph, link)
    if (node === undefined) return null
    if (node.type === 'ConditioningZeroOut') return ''
    if (node.type === 'CLIPTextEncode') return literal(graph, node.inputs.text)
    // Nodes such as ControlNetApplyAdvanced have a positive and a negative output, in this order.
    const side = Array.isArray(link) && link[1] === 1 ? 'negative' : 'positive'
    link = node.inputs.conditioning ?? node.inputs[side]
  }
  return null
}

/** Return a text, or the text of the primitive node that it is linked to. */
function literal(graph: Graph, value: unknown): string | null {
  if (typeof value === 'string') return value
  const inputs = follow(graph, value)?.inputs ?? {}
  const text = inputs.value ?? inputs.text ?? inputs.string
  return typeof text === 'string' ? text : null
}

function findLoader(graph: Graph, sampler: Node): Node | undefined {
  let node = follow(graph, sampler.inputs.model)
  for (let count = 0; node && count < MAX_LINKS && !LOADERS.has(node.type); count += 1) {
    node = follow(graph, node.inputs.model)
  }
  return node
}
