import { extensions, util } from '@aws-appsync/utils'

/**
 * Subscribers are told of their own generations, and of one alone when they name it. AppSync
 * holds every published generation against this filter, so that no browser can widen it.
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
