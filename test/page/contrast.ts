import type { Page } from 'playwright-core';

export interface Contrast {
  readonly text: string;
  /** The lowest contrast ratio of its pixels (WCAG 2.2), 1 to 21. */
  readonly ratio: number;
  /** The ratio that WCAG level AA requires: 4.5, or 3 for large text. */
  readonly needed: number;
}

/** Runs in the page: returns each visible text with its color and position. Then makes all text transparent, so that a screenshot shows the background. */
const FIND_TEXTS = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const style = getComputedStyle(node.parentElement);
    if (!node.data.trim() || style.visibility !== 'visible' || style.clipPath !== 'none') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    for (const { x, y, width, height } of rects) texts.push({ text: node.data.trim(), color: rgb(style.color), needed: isLarge ? 3 : 4.5, x: x + scrollX, y: y + scrollY, width, height });
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { -webkit-text-fill-color: transparent !important; transition: none !important; animation: none !important; caret-color: transparent }');
  document.adoptedStyleSheets = [sheet];
  return texts;
})()`;

/** Runs in an empty page: the lowest contrast of each text against the screenshot. */
const COMPARE = `async ({ texts, picture }) => {
  const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + picture)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  return texts.map(({ text, color, needed, x, y, width, height }) => {
    const ink = luminance(color);
    const { data } = canvas.getImageData(Math.floor(x), Math.floor(y), Math.ceil(width), Math.ceil(height));
    let ratio = 21;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]) ratio = Math.min(ratio, contrast(ink, luminance(data.subarray(i, i + 3))));
    return { text, ratio, needed };
  });
}`;

/** Measures the contrast of each text of a page against its background. The page is unusable afterwards. */
export async function contrastsOf(page: Page): Promise<readonly Contrast[]> {
  const texts = await page.evaluate(FIND_TEXTS);
  const picture = (await page.screenshot({ fullPage: true })).toString('base64');
  const empty = await page.context().newPage();
  return empty.evaluate(`(${COMPARE})(${JSON.stringify({ texts, picture })})`);
}
