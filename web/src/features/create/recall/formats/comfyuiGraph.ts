import { asObject, type Json } from './json'

/** A node of a ComfyUI graph. An input is a value or a link `[id, output]`. */
export interface Node {
  type: string
  inputs: Json
}
export type Graph = ReadonlyMap<string, Node>

/** Bound for the length of a path, because a graph may contain a cycle. */
const MAX_LINKS = 50

export function readGraph(json: Json | null): Graph {
  const graph = new Map<string, Node>()
  for (const [id, value] of Object.entries(json ?? {})) {
    const node = asObject(value)
    const inputs = asObject(node?.inputs)
    if (typeof node?.class_type === 'string' && inputs)
      graph.set(id, { type: node.class_type, inputs })
  }
  return graph
}

/** Return the node that a link leads to. */
export function follow(graph: Graph, link: unknown): Node | undefined {
  return Array.isArray(link) ? graph.get(String(link[0])) : undefined
}

/** Return the text of a conditioning. Returns null if it is not a single text encoder. */
export function textOf(graph: Graph, start: unknown): string | null {
  let link = start
  for (let count = 0; count < MAX_LINKS; count += 1) {
    const node = follow(graph, link)
    if (node === undefined) return null
    const { type, inputs } = node
    if (type === 'ConditioningZeroOut') return ''
    // The encoders for SDXL and Flux have one text per encoder.
    if (type.startsWith('CLIPTextEncode'))
      return literal(graph, inputs.text ?? inputs.text_g ?? inputs.t5xxl)
    // Nodes such as ControlNetApplyAdvanced have a positive and a negative output, in this order.
    const side = Array.isArray(link) && link[1] === 1 ? 'negative' : 'positive'
    link = inputs.conditioning ?? inputs[side]
  }
  return null
}

/** Return a text, or the text of the primitive node that it is linked to. */
function literal(graph: Graph, value: unknown): string | null {
  const inputs = follow(graph, value)?.inputs
  const text = inputs ? (inputs.value ?? inputs.text ?? inputs.string) : value
  return typeof text === 'string' ? text : null
}

/** Return a number, or that of the primitive node that it is linked to. */
export function numberOf(graph: Graph, value: unknown): unknown {
  const inputs = follow(graph, value)?.inputs
  return inputs ? (inputs.value ?? inputs.seed ?? inputs.int ?? inputs.float) : value
}

/** Return the node that loads a model, behind nodes such as LoraLoader. */
export function loaderOf(graph: Graph, link: unknown): Node | undefined {
  let node = follow(graph, link)
  for (let count = 0; count < MAX_LINKS && node?.inputs.model !== undefined; count += 1) {
    node = follow(graph, node.inputs.model)
  }
  return node
}
