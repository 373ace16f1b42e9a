import appsync from '@aws-appsync/eslint-plugin'
import parser from '@typescript-eslint/parser'

// Only what AppSync runs itself: its JavaScript is a subset, which biome does not know.
export default [
  {
    files: ['data/resolvers/*.js'],
    languageOptions: { parser, parserOptions: { project: './data/resolvers/tsconfig.json' } },
    plugins: { '@aws-appsync': appsync },
    rules: appsync.configs.recommended.rules,
  },
]
