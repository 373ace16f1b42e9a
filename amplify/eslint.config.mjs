import appsync from '@aws-appsync/eslint-plugin'
import parser from '@typescript-eslint/parser'

// Only for the APPSYNC_JS resolvers. APPSYNC_JS is a subset of JavaScript that biome does not check.
export default [
  {
    files: ['data/resolvers/*.js'],
    languageOptions: { parser, parserOptions: { project: './data/resolvers/tsconfig.json' } },
    plugins: { '@aws-appsync': appsync },
    rules: appsync.configs.recommended.rules,
  },
]
