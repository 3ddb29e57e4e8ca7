/** The report in a real browser: accessible by axe's rules, light and dark, nothing asked of the network, fit for A4. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const CHROMIUM = process.env['PATCHWHY_CHROMIUM'] ?? '/usr/bin/chromium';
const isMissing = !existsSync(CHROMIUM);
if (isMissing)
  console.warn(`SKIPPED: reports are not looked at. There is no browser at ${CHROMIUM}.`);

let browser: Browser | undefined;
beforeAll(async () => {
  if (isMissing) return;
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox'],
  });
});
afterAll(() => browser?.close());

function theBrowser(): Browser {
  if (browser === undefined) throw new Error('no browser');
  return browser;
}

async function pageOf(kind: string, language: string): Promise<string> {
  const file = join(temporaryFolder(), `${kind}.html`);
  await program(['report', kind, '--run', 'demo', '--lang', language, '-o', file]);
  return pathToFileURL(file).href;
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly unknown[] }[];
}

describe.skipIf(isMissing).each(['overview', 'failures'])('the report %s', (kind) => {
  test.each([
    ['en', 'light'],
    ['it', 'dark'],
    ['ja', 'light'],
    ['ja', 'dark'],
  ] as const)('in %s, %s, breaks no rule of axe and asks for nothing', async (language, scheme) => {
    const asked: string[] = [];
    const page = await theBrowser().newPage({ colorScheme: scheme, bypassCSP: true });
    page.on('request', (request) => asked.push(request.url()));
    const url = await pageOf(kind, language);
    await page.goto(url);
    expect(asked).toEqual([url]);
    await page.addScriptTag({ content: axe.source });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.length])).toEqual([]);
    await page.close();
  });

  test('needs no script, and no row is wider than a sheet of A4', async () => {
    const context = await theBrowser().newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 680, height: 1000 });
    await page.goto(await pageOf(kind, 'en'));
    expect(await page.locator('h2').count()).toBeGreaterThan(3);
    const width = await page
      .locator('main')
      .evaluate((main) => (main as unknown as { scrollWidth: number }).scrollWidth);
    expect(width).toBeLessThanOrEqual(680);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await context.close();
  });
});
