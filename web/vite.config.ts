import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the page with hot reloading and hands the rest to a running studio.
const studio = process.env.GENAI_STUDIO_URL ?? 'http://127.0.0.1:8000'
// The page's own Host goes along: the studio makes its links for it, and checks the Origin by it.
const toStudio = { target: studio, changeOrigin: false }

export default defineConfig({
  plugins: [react()],
  // What has to run as two pages (the studio and GraphiQL) shares one origin and one build.
  build: {
    outDir: '../resolvers/genai_studio/web',
    emptyOutDir: true,
    target: 'es2023',
    // The host's content security policy allows no inline script, and fonts only from itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // GraphiQL's editor is a large chunk of its own, loaded only when it is opened.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { input: ['index.html', 'graphiql.html'] },
  },
  worker: { format: 'es' },
  // The dev server cannot prebundle GraphiQL's imports of workers; they are fine as they are.
  optimizeDeps: {
    exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'],
  },
  server: {
    port: 5173,
    // The operations of graphql/ are GraphiQL's examples.
    fs: { allow: ['..'] },
    proxy: {
      '/graphql': { ...toStudio, ws: true },
      '/images': toStudio,
      '/amplify_outputs.json': toStudio,
      '/healthz': toStudio,
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
