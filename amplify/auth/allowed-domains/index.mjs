// Cognito's pre-sign-up trigger: accept sign-ups only from the allowed e-mail domains. Users that
// an administrator invites may have any domain.
const allowed = new Set((process.env.EMAIL_DOMAINS ?? '').split(','))

export const handler = async (event) => {
  if (event.triggerSource === 'PreSignUp_AdminCreateUser') return event
  const email = String(event.request.userAttributes.email ?? '')
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  if (!email.includes('@') || !allowed.has(domain)) {
    throw new Error('This e-mail domain cannot sign up. Ask the operator for an invitation.')
  }
  return event
}
