/** The console in every language: no word is missing, and none breaks a row. */
import { afterEach, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/core/entry.ts';
import { widthOf } from '../../src/core/width.ts';
import { BINDINGS, SCREENS } from '../../src/tui/keys.ts';
import { WORDS } from '../../src/tui/words.ts';
import { fleet } from '../support/fleet.ts';
import { open as openScreen, type OpenOptions, type Screen } from '../support/screen.ts';

let opened: Screen | undefined;

async function open(options?: OpenOptions): Promise<Screen> {
  opened = await openScreen(options);
  return opened;
}

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** At 80 columns, beside the keys. */
const ROOM_IN_HELP = 27;
const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** Names, and words that are the same in the other language. */
const SAME = new Set([
  'product',
  'columns.host',
  'exports.json',
  'exports.csv',
  'exports.md',
  'groupIds.ok',
  'screens.doctor',
  'results.no',
]);
/** Nothing but numbers and what is handed in. */
const WORDLESS = new Set(['percent', 'tied', 'rowsShown', 'hostOf', 'pageOf', 'hosts']);

/** Every text of a catalogue by its place; functions are asked with arguments that say where they went. */
function textsOf(words: object, under = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    const place = `${under}${key}`;
    if (typeof value === 'string') texts.set(place, value);
    else if (typeof value === 'function') texts.set(place, said(place, value as Saying));
    else for (const [inner, text] of textsOf(value as object, `${place}.`)) texts.set(inner, text);
  }
  return texts;
}

type Saying = (...values: unknown[]) => string;

function said(place: string, say: Saying): string {
  if (place === 'trait') return say('⟨0⟩', [1, 2], [3, 4], 0.013);
  if (place === 'untied') return say(undefined);
  if (place === 'atSites') return say(2, 3, ['⟨2⟩']);
  if (place === 'shared' || place === 'allOf') return say(['⟨0⟩']);
  if (place === 'tied') return say('⟨0⟩', ['⟨1⟩']);
  if (place === 'copied') return say('⟨0⟩');
  return say(...Array.from({ length: say.length }, (_, at) => (at === 0 ? '⟨0⟩' : at + 5)));
}

test.each(OTHERS)('%s says all that English says, each in its own words', (language) => {
  const english = textsOf(WORDS.en);
  const other = textsOf(WORDS[language]);
  expect([...other.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  const untranslated = [...english].filter(
    ([place, text]) =>
      !SAME.has(place) && !WORDLESS.has(place) && text === other.get(place) && text !== '',
  );
  expect(untranslated).toEqual([]);
});

test.each(LANGUAGES)('what is handed in is said in %s: numbers, names and reasons', (language) => {
  const silent = [...textsOf(WORDS[language])].filter(
    ([, text]) => text.includes('undefined') || text.includes('[object'),
  );
  expect(silent).toEqual([]);
});

test.each(LANGUAGES)('what a key of a screen does has room in the help, in %s', (language) => {
  const shown = BINDINGS.filter(({ focus }) => SCREENS.some((screen) => focus.includes(screen)));
  const tooLong = shown
    .map(({ action }) => WORDS[language].actions[action])
    .filter((words) => widthOf(words) > ROOM_IN_HELP);
  expect(tooLong).toEqual([]);
});

const small = fleet(120);
const whole = [small.start, ...small.events, small.end];

test.each(
  OTHERS.flatMap((language) => [
    [language, 80, 24] as const,
    [language, 60, 12] as const,
    [language, 140, 40] as const,
  ]),
)('in %s at %ix%i every screen keeps its shape', async (language, columns, rows) => {
  const screen = await open({ size: [columns, rows], events: whole, language });
  for (const keys of [
    [],
    ['enter', 'j', 'space'],
    ['?'],
    ['esc', 'e'],
    ['S'],
    ['L'],
    ['D'],
    [':'],
  ]) {
    await screen.press(...keys);
    expect(screen.rows()[0]).toMatch(/^patchwhy/u);
    expect(screen.rows().at(-1)).toBe('');
  }
});

test('Japanese stands in its columns, and titles come from the catalogue', async () => {
  const screen = await open({
    events: whole,
    language: 'ja',
    outside: {
      entryOf: (id) => ({
        id,
        title: `題名 ${id}`,
        category: '',
        next: '直す',
        sources: [],
        links: [],
      }),
    },
  });
  expect(screen.rows().slice(0, 9)).toMatchInlineSnapshot(`
    [
      "patchwhy  fleet.yml › 原因             120/120  ✗ 16  ↻ 8  ! 3  ? 1  ✓ 92  00:21",
      "21.6 s で完了、120 台中 120",
      " ⚑  題名 wsus-server-error  10 台  共通: site milano、group office     ほか 2 件",
      "    次の作業: 直す",
      "    ホスト             拠点      期間   理由                                確度",
      "▸ ⚑ 題名 wsus-server-error                  wsus-server-error              10 台",
      "▸ ⚑ 題名 pending-reboot                     pending-reboot                  8 台",
      "▸ ⚑ 題名 disk-full                          disk-full                       5 台",
      "▸   題名 component-store-corrupt            component-store-corrupt         1 台",
    ]
  `);
});

test('where only ASCII can be drawn, it is English', async () => {
  const screen = await open({ events: whole, language: 'ja', isAscii: true });
  expect(screen.rows().join('')).toMatch(/^[ -~]*$/u);
  expect(screen.rows().at(-2)).toContain('leave');
});

test.each(LANGUAGES)(
  'in %s the help uses the width that is there, and cuts nothing',
  async (language) => {
    const screen = await open({
      events: [small.start, ...small.events],
      language,
      size: [140, 40],
    });
    await screen.press('?');
    const box = screen.rows().filter((row) => /^│.*│$/u.test(row));
    expect(box.length).toBeGreaterThan(10);
    for (const row of box) {
      expect(widthOf(row)).toBe(118);
      expect(row).not.toContain('⋯');
    }
  },
);
