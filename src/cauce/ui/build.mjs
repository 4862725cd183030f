// Builds what browsers and documents load from the sources in assets/ and the npm packages:
//   static/cauce/{app.js,app.css}  bundled and minified, with the web fonts they name
//   static/cauce/icons.svg         one sprite with the icons listed in assets/icons.txt
//   static/cauce/favicon.svg       as it is
//   ../documents/fonts/*.ttf       the typeface of the printed documents
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "..", "..", "node_modules");
const sources = join(here, "assets");
const output = join(here, "static", "cauce");
const documentFonts = join(here, "..", "documents", "fonts");

const ENTRIES = ["app.js", "app.css"];
const COPIED = ["favicon.svg"];
const DOCUMENT_STYLES = ["400Regular", "400Regular_Italic", "500Medium", "600SemiBold", "700Bold", "700Bold_Italic"];

async function bundle() {
  await build({
    entryPoints: ENTRIES.map((entry) => join(sources, entry)),
    outdir: output,
    nodePaths: [packages],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2020", "chrome109", "firefox115", "safari16"],
    loader: { ".woff2": "file", ".woff": "empty" },
    assetNames: "fonts/[name]",
    legalComments: "linked",
    logLevel: "warning",
  });
}

async function drawSprite() {
  const names = (await readFile(join(sources, "icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const symbols = [];
  for (const name of [...new Set(names)].filter((line) => line && !line.startsWith("#")).sort()) {
    const file = join(packages, "@tabler", "icons", "icons", "outline", `${name}.svg`);
    const drawing = await readFile(file, "utf8").catch(() => {
      throw new Error(`assets/icons.txt: Tabler has no outline icon named «${name}»`);
    });
    const inner = drawing
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/>\s+</g, "><")
      .trim();
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"` +
        ` stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`,
    );
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  await writeFile(join(output, "icons.svg"), sprite);
  return symbols.length;
}

async function copyDocumentFonts() {
  const family = join(packages, "@expo-google-fonts", "noto-sans");
  await rm(documentFonts, { recursive: true, force: true });
  await mkdir(documentFonts, { recursive: true });
  for (const style of DOCUMENT_STYLES) {
    const files = (await readdir(join(family, style))).filter((name) => name.endsWith(".ttf"));
    for (const name of files) {
      await copyFile(join(family, style, name), join(documentFonts, name));
    }
  }
  await copyFile(join(family, "LICENSE_FONT"), join(documentFonts, "LICENSE"));
}

async function main() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await Promise.all(COPIED.map((name) => copyFile(join(sources, name), join(output, name))));
  const icons = await drawSprite();
  await copyDocumentFonts();
  await bundle();
  console.log(`  ${ENTRIES.join(", ")}, ${icons} icons, ${DOCUMENT_STYLES.length} document fonts`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
