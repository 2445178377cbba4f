import { copyFileSync } from "node:fs";
import { defineConfig } from "vite";

const font = new URL("./node_modules/@fontsource/stix-two-math/LICENSE", import.meta.url);
const built = new URL("../src/loglik/lab/static/", import.meta.url);
const server = process.env.LOGLIK_LAB_SERVER ?? "http://127.0.0.1:8647";

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/loglik/lab/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the server allows no data: addresses
    modulePreload: { polyfill: false },
    license: { fileName: "licenses.md" },
  },
  server: {
    proxy: {
      "/api": {
        target: server,
        changeOrigin: true,
        configure: (proxy) => proxy.on("proxyReq", (request) => request.setHeader("origin", server)),
      },
    },
  },
  plugins: [
    {
      name: "licence of the font, which the list of the bundler does not have",
      apply: "build",
      closeBundle: () => copyFileSync(font, new URL("stix-two-math-license.txt", built)),
    },
  ],
});
