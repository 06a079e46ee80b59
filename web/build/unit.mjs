// Compiles the unit tests for Node and runs them with its own test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const out = ".generated/unit";
rmSync(out, { recursive: true, force: true });
const tests = readdirSync("test/unit").filter((name) => name.endsWith(".test.ts"));
await build({
    entryPoints: tests.map((name) => `test/unit/${name}`),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    external: ["esbuild"],
    format: "esm",
    target: "node18",
    // As browsers have it, and Node from 19 on.
    banner: { js: 'import { webcrypto as given } from "node:crypto"; globalThis.crypto ??= given;' },
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
});
const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
process.exit(spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...files], { stdio: "inherit" }).status ?? 1);
