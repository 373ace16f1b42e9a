import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the page with hot reloading and forwards API requests to a running studio.
const studio = process.env.GENAI_STUDIO_URL ?? 'http://127.0.0.1:8000'
// Keep the Host header: the studio builds links from it and compares the Origin with it.
const studioProxy = { target: studio, changeOrigin: false }

/**
 * What the first page needs, in few chunks, because each request of a phone costs a round trip, but
 * not in one, because a connection is slow at its start. A chunk contains the static imports of its
 * modules, except what a chunk of a higher priority contains.
 */
const CHUNKS = [
  { name: 'react', test: /node_modules\/(?:react|react-dom|scheduler)\//, priority: 4 },
  {
    name: 'libraries',
    test: /node_modules\/(?:@?urql|wonka|graphql-ws|i18next|react-i18next)\//,
    priority: 3,
  },
  {
    name: 'studio',
    test: /src\/(?:ui\/base\.css|(?:app\/(?!main)[^/]+|features\/account\/(?:[^/]+Link|signInFragment|localTokenSource|accessToken)|i18n\/i18n)\.tsx?)$/,
    priority: 2,
  },
]

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../resolvers/genai_studio/web',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy forbids inline scripts and data URLs for fonts.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The page preloads its scripts. Lists of the scripts of each dialog and picker would be part of
      // the initial JavaScript; most of what they name is loaded already.
      resolveDependencies: (_, dependencies, { hostType }) =>
        hostType === 'html' ? dependencies : [],
    },
    // GraphiQL's editor is a large chunk that only graphiql.html loads.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: ['index.html', 'graphiql.html'],
      output: { codeSplitting: { groups: CHUNKS } },
    },
  },
  // The studio may be served under a path, so scripts and styles find each other relatively. The
  // server adds the path to the URLs in HTML.
  experimental: {
    renderBuiltUrl: (_, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  worker: { format: 'es' },
  // The dev server cannot prebundle GraphiQL's worker imports.
  optimizeDeps: {
    exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'],
  },
  server: {
    port: 5173,
    // GraphiQL's examples are read from graphql/operations.
    fs: { allow: ['..'] },
    proxy: {
      '/graphql': { ...studioProxy, ws: true },
      '/images': studioProxy,
      '/amplify_outputs.json': studioProxy,
      '/healthz': studioProxy,
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
