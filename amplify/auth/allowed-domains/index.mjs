// Cognito asks this before somebody signs up: only addresses of these domains may. Whoever is
// invited by an administrator is not asked about.
const allowed = new Set((process.env.EMAIL_DOMAINS ?? '').split(','))

export const handler = async (event) => {
  if (event.triggerSource === 'PreSignUp_AdminCreateUser') return event
  const email = String(event.request.userAttributes.email ?? '')
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  if (!email.includes('@') || !allowed.has(domain)) {
    throw new Error('Addresses of this domain cannot sign up. Ask the operator for an invitation.')
  }
  return event
}
