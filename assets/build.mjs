// Builds what the desk serves: one style sheet, one script, one icon sprite, each also gzipped for ServeStatic.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as radix from "@radix-ui/colors";
import * as esbuild from "esbuild";
import { bundleAsync } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../src/nowroom/desk/static/nowroom");
const scales = ["slate", "green", "amber", "red", "blue", "violet"];
// Safari 15.4, Chrome 99, Firefox 97: the first with cascade layers. An approver's phone may be old.
const targets = { safari: (15 << 16) | (4 << 8), chrome: 99 << 16, firefox: 97 << 16 };

/** Custom properties for the radix steps that the style sheets name, light and dark in one value. */
function palette() {
  const css = readdirSync(join(here, "css")).map((file) => readFileSync(join(here, "css", file), "utf8")).join("");
  const wanted = new Set(css.match(/--(?:slate|green|amber|red|blue|violet)-\d+/g));
  const lines = [...wanted].sort().map((name) => {
    const [, scale, step] = name.match(/^--(\w+)-(\d+)$/);
    if (!scales.includes(scale)) throw new Error(`no scale for ${name}`);
    return `${name}: light-dark(${radix[scale][scale + step]}, ${radix[scale + "Dark"][scale + step]});`;
  });
  return `:root, [data-theme] { ${lines.join("\n")} }`;
}

async function styles() {
  const { code } = await bundleAsync({
    filename: join(here, "css/app.css"),
    minify: true,
    targets,
    resolver: { read: (file) => (file.endsWith("palette.css") ? palette() : readFileSync(file, "utf8")) },
  });
  return code;
}

async function scripts() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, "js/app.js")],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["safari15.4", "chrome99", "firefox97"],
    legalComments: "none",
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

/** One symbol for each line of icons.txt, "name" or "id name"; strokes take the colour of the text around them. */
function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = names.map((line) => {
    const [id, name = id] = line.split(" ");
    const svg = readFileSync(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
    const body = svg.replace(/<!--.*?-->/gs, "").replace(/^.*?<svg[^>]*>|<\/svg>\s*$/gs, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${id}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

const files = { "app.css": await styles(), "app.js": await scripts(), "icons.svg": sprite() };
for (const [name, body] of Object.entries(files)) {
  const packed = gzipSync(body, { level: 9 });
  writeFileSync(join(out, name), body);
  writeFileSync(join(out, `${name}.gz`), packed);
  console.log(`${name}: ${body.length} bytes, ${packed.length} gzipped`);
}
