/**
 * Hands on what the studio publishes. Only the studio's own roles may call this field.
 */
export function request(ctx) {
  return { payload: JSON.parse(ctx.args.generation) }
}

export function response(ctx) {
  return ctx.result
}
