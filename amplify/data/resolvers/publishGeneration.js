/**
 * Return the published generation, which AppSync then delivers to subscribers. Only the studio's
 * IAM roles may call this field.
 *
 * AppSync parses an AWSJSON argument before it calls the resolver. A variable that was encoded
 * twice still arrives as a string.
 */
export function request(ctx) {
  const { generation } = ctx.args
  return { payload: typeof generation === 'string' ? JSON.parse(generation) : generation }
}

export function response(ctx) {
  return ctx.result
}
