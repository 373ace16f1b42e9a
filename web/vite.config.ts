import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the page with hot reloading and forwards API requests to a running studio.
const studio = process.env.GENAI_STUDIO_URL ?? 'http://127.0.0.1:8000'
// Keep the Host header: the studio builds links from it and compares the Origin with it.
const studioProxy = { target: studio, changeOrigin: false }

/** Small modules that all pages need. A chunk of them compresses better than a chunk each. */
const SHARED_CHUNKS = [
  {
    name: 'base',
    test: /src\/(?:graphql\/store|storage|ui\/(?:Button|Field|Notice|image|toast\/toastQueue)|i18n\/(?:catalog|format))[^.]*\.(?:ts|tsx|module\.css)$/,
  },
  {
    name: 'features',
    test: /src\/features\/(?:generations|layout\/(?:screen|SidePanel)|account\/(?:personalStorage|accessToken)|keys\/(?:useKeys|acceptsKey)|canvas|compare\/compareRoute|edit\/(?:route|source\/useOpenFile))[^.]*\.(?:ts|tsx|module\.css)$/,
  },
  {
    name: 'form',
    test: /src\/features\/create\/(?:form\/[^/]*|form\/promptBar\/(?:promptHistory|CostAndQuota)|recall\/useFileImport)\.(?:ts|tsx|module\.css)$/,
  },
  {
    name: 'icons',
    test: /lucide-react\/dist\/esm\/(?:createLucideIcon|Icon|icons\/(?:arrow-up|brush|circle-user|folders|images|maximize|panel-right|rotate-ccw-clock|sliders-horizontal|sparkles|trash|trash-2|x))\.mjs$/,
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
      output: { codeSplitting: { groups: SHARED_CHUNKS } },
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
