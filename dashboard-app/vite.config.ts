import { defineConfig, loadEnv, type Plugin } from 'vite';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in the build: the development server injects scripts and styles of its own. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig(({ mode }) => {
  const gateway = loadEnv(mode, '.', 'CHITTI_')['CHITTI_URL'] ?? 'http://127.0.0.1:6001';
  return {
    plugins: [contentSecurityPolicy],
    build: {
      target: 'es2022',
      modulePreload: { polyfill: false }, // every browser of that target has it
      assetsInlineLimit: 0,
      license: { fileName: 'licenses.md' },
    },
    server: { port: 5173, proxy: { '/api': gateway, '/health': gateway } },
  };
});
