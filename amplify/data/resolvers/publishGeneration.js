/**
 * Hands on what the studio publishes. Only the studio's own roles may call this field.
 *
 * AppSync parses an AWSJSON argument before it comes here; a variable that was JSON twice over
 * comes as text all the same.
 */
export function request(ctx) {
  const { generation } = ctx.args
  return { payload: typeof generation === 'string' ? JSON.parse(generation) : generation }
}

export function response(ctx) {
  return ctx.result
}
