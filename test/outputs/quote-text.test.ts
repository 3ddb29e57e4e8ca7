import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/core/entry.ts';
import type { Quote } from '../../src/core/verdict.ts';
import { readQuoteForms } from '../../src/causes/quote-forms.ts';
import { tellIn } from '../../src/outputs/quote-text.ts';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { judgeCase, parseCase } from '../../scripts/labelled-case.ts';

const catalogue = readCatalogueFolder('catalogue');
const cases = ['visible', 'own'].flatMap((folder) =>
  readdirSync(`test/corpus/${folder}`)
    .filter((name) => name.endsWith('.json'))
    .map((name) => parseCase(readFileSync(`test/corpus/${folder}/${name}`, 'utf8'))),
);
const forms = readQuoteForms(readFileSync('catalogue/quotes.csv', 'utf8'));
const others = LANGUAGES.filter((language) => language !== 'en');
const said = new Set(
  [...catalogue.causes.values()].flatMap(({ cause }) => cause.signs.map(({ quote }) => quote)),
);
/** Nothing but what the host or the transport said. */
said.delete('{contact.message}');

const placeholders = (form: string): string[] =>
  [...form.matchAll(/\{[\w.]+\}/g)].map(([name]) => name).toSorted();

describe('every sentence of the engine', () => {
  test.each([...said])('is there in all languages: %s', (quote) => {
    expect(forms.map(({ en }) => en)).toContain(quote);
  });

  test.each(forms)('says the same with the same values: $en', (form) => {
    for (const language of others) {
      expect(form[language]).not.toBe('');
      expect(placeholders(form[language])).toEqual(placeholders(form.en));
    }
    // What has words of its own reads otherwise in another language.
    expect(/[a-z]/.test(form.en.replaceAll(/\{[\w.]+\}/g, '')) && form.it === form.en).toBe(false);
    expect(form.ja).toMatch(/[\u3040-\u30FF\u4E00-\u9FFF]/u);
  });

  test('stands in the table once', () => {
    expect(new Set(forms.map(({ en }) => en)).size).toBe(forms.length);
  });

  test('that the corpus brings about is told in Japanese and Italian', () => {
    const tellers = others.map((language) => tellIn(language, forms));
    const quotes = new Set(
      cases.flatMap((labelled) => {
        const { causes, grounds = [], unread } = judgeCase(catalogue, labelled).verdict;
        const evidence = causes.flatMap((cause) =>
          cause.category === 'contact' ? [] : cause.evidence.map(({ quote }: Quote) => quote),
        );
        const own = unread.flatMap(({ message }) => (message === 'not collected' ? message : []));
        return [...evidence, ...grounds, ...own];
      }),
    );
    expect(quotes.size).toBeGreaterThan(200);
    const untold = [...quotes].filter((quote) => tellers.some((tell) => tell(quote) === quote));
    expect(untold).toEqual([]);
  });
});

describe('a sentence in another language', () => {
  const it = tellIn('it', forms);
  const ja = tellIn('ja', forms);

  test.each([
    [
      'KB5034441 failed at 2024-02-15 05:24 UTC with 0x80070643; the recovery partition has 12.5 of 499 MiB free, 250 are needed',
      'KB5034441 è fallito il 2024-02-15 05:24 UTC con 0x80070643; la partizione di ripristino ha 12.5 MiB liberi su 499, ne servono 250',
      'KB5034441 は 2024-02-15 05:24 UTC に 0x80070643 で失敗。回復パーティションの空きは 499 MiB 中 12.5 MiB (必要量は 250)',
    ],
    [
      'the search for updates fails with 0x8024402C since some time after 2026-01-02 03:04 UTC: a name did not resolve',
      'la ricerca di aggiornamenti fallisce con 0x8024402C da dopo il 2026-01-02 03:04 UTC: un nome non si è risolto',
      '更新プログラムの検索が 0x8024402C で失敗する (2026-01-02 03:04 UTC より後から): 名前を解決できなかった',
    ],
    [
      'servicing says: a search succeeded at noon',
      'la manutenzione dice: a search succeeded at noon',
      'サービス処理のログ: a search succeeded at noon',
    ],
    [
      'BITS is disabled, and downloads fail',
      'BITS è disabilitato e i download falliscono',
      'BITS は 無効 で、ダウンロードが失敗する',
    ],
    [
      'what a cause of our own says',
      'what a cause of our own says',
      'what a cause of our own says',
    ],
  ])('%s', (en, italian, japanese) => {
    expect([it(en), ja(en)]).toEqual([italian, japanese]);
  });

  test('keeps what a host says, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (line) => {
        expect(ja(`setup says: ${line}`)).toBe(`セットアップのログ: ${line}`);
      }),
    );
  });
});
