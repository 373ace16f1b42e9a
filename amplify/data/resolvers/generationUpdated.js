import { extensions, util } from '@aws-appsync/utils'

/**
 * Filter published generations by owner, and by `id` if the subscriber passes one. AppSync
 * evaluates the filter on the server, so that a client cannot widen it.
 */
export function request() {
  return { payload: null }
}

export function response(ctx) {
  const conditions = { owner: { eq: ctx.identity.sub } }
  if (ctx.args.id) {
    conditions.id = { eq: ctx.args.id }
  }
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(conditions))
  return null
}
