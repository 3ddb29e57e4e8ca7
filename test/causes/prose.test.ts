/** Every cause has its words in every language, and a translation says neither more nor less than the English. */
import { describe, expect, test } from 'vitest';
import { readProse, type Prose } from '../../src/causes/prose.ts';
import { LANGUAGES, WORDS, type Words } from '../../src/core/entry.ts';
import { readCatalogueFiles } from '../../scripts/catalogue-folder.ts';

const files = readCatalogueFiles('catalogue').filter(({ name }) => name.startsWith('causes/'));
const DISK = files.find(({ name }) => name.endsWith('/disk-full.yaml'))?.text ?? '';

function proseOf({ name, text }: (typeof files)[number]): Prose {
  const prose = readProse(text);
  if (typeof prose === 'string') throw new TypeError(`${name}: ${prose}`);
  return prose;
}
const all = files.map(proseOf);

/** What stays the same in any language: codes, updates, paths, switches, commands, names of files and services. */
const TECHNICAL =
  /0x[0-9A-F]{8}|\bKB\d+|\bCVE-[\d-]+|https?:\/\/\S+\d|\/[a-z]{4,}\b(?!\/)|\w+\\[\w\\]+|\b\w+\.(?:log|xml|config|edb|asmx|csv)\b|\b(?:dism|sfc|chkdsk|reagentc|winmgmt|netsh|pnputil|bitsadmin|gpupdate|icacls|secedit|setupdiag|winrm|msiexec|wuauserv|bits|CryptSvc|catroot2?|TrustedInstaller|TiWorker|SUSDB|WsusPool|SusClientId|SusClientIdValidation|BitLocker|WinRE|WSUS|IIS|JEA|UAC|TrustedHosts|known_hosts|MBR|GPT)\b/g;
const NUMBER = /(?<![\w.])\d+(?:\.\d+)*/g;
/** A language may write as a figure what English writes as a word. */
const IN_WORDS: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  ten: '10',
};

function technicalIn(text: string): string[] {
  return [...new Set(text.match(TECHNICAL) ?? [])].toSorted();
}

function numbersIn(text: string): string[] {
  return [...new Set(text.match(NUMBER) ?? [])].toSorted();
}

/** Numbers of one of the two texts that the other has neither as a figure nor as a word. */
function oddNumbers(text: string, english: string): string[] {
  const spelled = Object.keys(IN_WORDS).filter((word) =>
    new RegExp(String.raw`\b${word}\b`, 'i').test(english),
  );
  const allowed = new Set([...numbersIn(english), ...spelled.map((word) => IN_WORDS[word])]);
  return [
    ...numbersIn(text).filter((number) => !allowed.has(number)),
    ...numbersIn(english).filter((number) => !text.includes(number)),
  ];
}

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(all.map((prose) => [prose.id, prose] as const))('%s has every text', (_, prose) => {
    expect(WORDS.filter((name) => prose.words[language][name].trim() === '')).toEqual([]);
  });

  test('no two causes say the same to a manager', () => {
    const sentences = all.map(({ words }) => words[language].manager);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test('a sentence for managers has no code, no KB and no command in it', () => {
    const technical = all.flatMap(({ id, words }) =>
      /0x[0-9A-F]|KB\d|\\|\bdism\b|\bsfc\b/.test(words[language].manager) ? [id] : [],
    );
    expect(technical).toEqual([]);
  });
});

describe.each(LANGUAGES.filter((language) => language !== 'en'))('a text in %s', (language) => {
  test.each(all.map((prose) => [prose.id, prose.words] as const))(
    'of %s does not repeat the English',
    (_, words) => {
      // Where a text is nothing but commands there is nothing to translate.
      const same = WORDS.filter((name) => words[language][name] === words.en[name]);
      expect(same.filter((name) => !/^sc qc [\w; /]+$/.test(words.en[name]))).toEqual([]);
    },
  );

  test.each(all.map((prose) => [prose.id, prose.words] as const))(
    'of %s names the same codes, commands and numbers',
    (_, words) => {
      const runbook = WORDS.filter((one) => one !== 'title' && one !== 'manager');
      const lists = (of: Words, list: (text: string) => string[]) =>
        Object.fromEntries(runbook.map((name) => [name, list(of[name])]));
      expect(lists(words[language], technicalIn)).toEqual(lists(words.en, technicalIn));
      const odd = runbook.flatMap((name) => oddNumbers(words[language][name], words.en[name]));
      expect(odd).toEqual([]);
    },
  );
});

describe('a Japanese text', () => {
  test('is written in Japanese', () => {
    const foreign = all.flatMap(({ id, words }) =>
      WORDS.filter((name) => !/[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u.test(words.ja[name]))
        .filter((name) => !/^sc qc [\w; /]+$/.test(words.ja[name]))
        .map((name) => `${id}.${name}`),
    );
    expect(foreign).toEqual([]);
  });
});

describe('what is known of a cause', () => {
  test.each(all.map((prose) => [prose.id, prose] as const))(
    'of %s has a source, a risk and a word on restarts',
    (_, { sources, runbook, links }) => {
      expect(sources.length).toBeGreaterThan(0);
      expect(['low', 'medium', 'high']).toContain(runbook['risk']);
      expect(['yes', 'no', 'maybe']).toContain(runbook['reboot']);
      for (const link of links) expect(link).toMatch(/^https:\/\/[\w.]+\/\S+$/);
    },
  );
});

describe('a file that lacks words is refused', () => {
  test.each([
    ['a language', /\n {2}it:\n(?: {4}.*\n)+/, '\n', 'it: is missing'],
    ['a text', /\n {4}verify: "più.*/, '', 'it: verify: is missing'],
    ['a text of more than one line', /(it:\n {4}next: )".*"/, '$1"a\\nb"', 'it: next: is missing'],
    ['the words', /\nwords:\n[^]*$/, '\n', 'runbook and words: must be'],
    ['the second document', /\n---\n[^]*$/, '\n', 'needs two documents'],
  ])('with %s missing', (_, from, to, complaint) => {
    const text = DISK.replace(from, to);
    expect(text).not.toBe(DISK);
    expect(readProse(text)).toMatch(complaint);
  });
});
