import type { Generation, Progress } from '../store/generation'

/** Build an ID. Like the server's IDs, they sort by creation time. */
export function idAt(position: number): string {
  return `01900000-0000-7000-8000-${String(position).padStart(12, '0')}`
}

export function aGeneration(overrides: Partial<Generation> = {}): Generation {
  return {
    __typename: 'Generation',
    id: idAt(1),
    owner: 'ada',
    parentId: null,
    status: 'QUEUED',
    version: 1,
    prompt: 'a red apple',
    negativePrompt: '',
    model: 'tiny',
    width: 256,
    height: 256,
    steps: 20,
    guidanceScale: 2.5,
    seed: 7,
    count: 1,
    style: null,
    images: [],
    progress: null,
    queuePosition: null,
    waitingReason: null,
    failure: null,
    favorite: false,
    boards: [],
    createdAt: '2026-11-23T08:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    trashedAt: null,
    estimatedCost: 0,
    ...overrides,
  } as Generation
}

export function aProgress(overrides: Partial<Progress> = {}): Progress {
  return { attempt: 1, step: 1, steps: 20, previewUrl: null, ...overrides }
}
