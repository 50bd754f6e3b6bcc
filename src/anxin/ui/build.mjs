// Builds everything a browser loads into static/built/, under names that carry a hash of their content.
// manifest.json maps plain names to hashed ones; the template tag `asset` reads it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "static", "built");
const FRESH = join(HERE, "static", "built.fresh"); // swapped in at the end, so a running server never sees half a build
const ICONS = join(HERE, "node_modules", "lucide-static", "icons");

const manifest = {};

function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  writeFileSync(join(FRESH, hashed), content);
  manifest[name] = hashed;
}

function styles() {
  const cli = join(HERE, "node_modules", "@tailwindcss", "cli", "dist", "index.mjs");
  const out = join(FRESH, "app.css.tmp");
  execFileSync(process.execPath, [cli, "--input", join(HERE, "css", "app.css"), "--output", out, "--minify"], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "pipe"],
  });
  keep("app.css", readFileSync(out));
  rmSync(out);
}

async function scripts() {
  const result = await build({
    entryPoints: [join(HERE, "ts", "app.ts")],
    outdir: FRESH,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint?.endsWith("app.ts")) manifest["app.js"] = path.split("/").at(-1);
  }
}

function icons() {
  const names = readFileSync(join(HERE, "icons.txt"), "utf8").split(/\s+/).filter(Boolean);
  const symbols = names.sort().map((name) => {
    const svg = readFileSync(join(ICONS, `${name}.svg`), "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s+/g, " ").trim()}</symbol>`
    );
  });
  keep("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

// The emoji that stand for categories, named by their code points, and those of emoji.txt.
function emoji() {
  const source = join(HERE, "node_modules", "@lobehub", "fluent-emoji-3d", "assets");
  const trees = join(HERE, "..", "market", "catalog", "categories");
  const wanted = new Set(readFileSync(join(HERE, "emoji.txt"), "utf8").split(/\s+/).filter(Boolean));
  for (const file of readdirSync(trees))
    for (const [, glyph] of readFileSync(join(trees, file), "utf8").matchAll(/^icon = "(.+)"$/gm)) wanted.add(glyph);
  for (const glyph of wanted) {
    const points = [...glyph].map((letter) => letter.codePointAt(0).toString(16).padStart(4, "0"));
    const plain = points.filter((point) => point !== "fe0f");
    const found = [points, plain, [...plain, "fe0f"]].map((each) => `${each.join("-")}.webp`).find((name) => existsSync(join(source, name)));
    if (!found) throw new Error(`no picture of ${glyph}`);
    keep(`emoji-${plain.join("-")}.webp`, readFileSync(join(source, found)));
  }
}

rmSync(FRESH, { recursive: true, force: true });
mkdirSync(FRESH, { recursive: true });
await Promise.all([scripts(), styles(), icons(), emoji()]);
writeFileSync(join(FRESH, "manifest.json"), JSON.stringify(manifest, null, 1));
rmSync(OUT, { recursive: true, force: true });
renameSync(FRESH, OUT);
console.log(`built ${readdirSync(OUT).length} files`);
