import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readCatalogueFiles, readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { bareProse } from '../../src/causes/prose.ts';
import { line } from '../../src/inventory/problem.ts';
import { readRules, type ReadRules } from '../../src/rules/read-rules.ts';
import { ruleText } from './rule-text.ts';

const folder = join(import.meta.dirname, '../../catalogue');
const { categories, statuses, causes } = readCatalogueFolder(folder);
const words = { categories, statuses };
const shipped = readCatalogueFiles(folder).filter(({ name }) => name.startsWith('causes/'));

function read(text: string): ReadRules {
  return readRules({ file: 'acme.yaml', text }, words);
}

function complaints(text: string): readonly string[] {
  return read(text).problems.map((problem) => `${line(problem)} (${problem.hint})`);
}

test('a whole cause is read as it is written', () => {
  const { causes, problems } = read(ruleText());
  expect(problems).toEqual([]);
  expect(causes.map(({ cause }) => cause)).toEqual([
    {
      id: 'acme-vpn',
      title: {
        en: 'The VPN client blocks WSUS',
        it: 'The VPN client blocks WSUS',
        ja: 'The VPN client blocks WSUS',
      },
      category: 'network-download',
      status: 'scan-failing',
      beats: [],
      next: 'mend the split tunnel',
      signs: [
        {
          kind: 'strong',
          scope: 'host',
          weight: 0.7,
          when: "scan.code == '0x80244022'",
          quote: 'the search fails with {scan.code}',
        },
      ],
    },
  ]);
});

describe('each file of the catalogue is a file of rules', () => {
  test.each(shipped.map(({ name, text }) => [name, text] as const))('%s', (name, text) => {
    const { causes: own, problems } = read(`replaces: true\n${text}`);
    const [only] = own;
    const id = name.replace(/^causes\/|\.yaml$/g, '');
    expect(problems).toEqual([]);
    expect(only?.cause).toEqual(causes.get(id)?.cause);
    expect(only?.prose).toEqual(bareProse(parseAllDocuments(text)[1]?.toJS()));
    expect(only?.prose.sources).not.toEqual([]);
  });
});

describe('documents parted by ---', () => {
  const prose = '---\nsources: [our wiki]\nrunbook: { check: look, confidence: high }\n';

  test.each([
    ['prose behind the rule is shown to people', `${ruleText()}${prose}`],
    ['a mark and comments before it say nothing', `# ours\n---\n${ruleText()}${prose}`],
  ])('%s', (_, text) => {
    const { causes: own, problems } = read(text);
    expect(problems).toEqual([]);
    expect(own.map((one) => one.prose)).toEqual([
      { sources: ['our wiki'], runbook: { check: 'look', confidence: 'high' } },
    ]);
  });

  test.each([
    [
      'a key that nobody reads',
      'runbok: { check: look }\n',
      /12:1: "runbok" .*\(did you mean "runbook"\?\)/,
    ],
    ['a mistake of YAML', 'runbook: { check: look\n', /^acme\.yaml:1[34]:\d+: /],
  ])('%s behind the rule is told', (_, more, expected) => {
    const [told] = complaints(`${ruleText()}---\n${more}`);
    expect(told).toMatch(expected);
  });

  test.each([
    ['a second cause', `${ruleText()}---\n${ruleText('acme-vpn', 'acme-two')}`, 12],
    ['prose behind several causes', `causes:\n- id: x\n${prose}`, 4],
    ['prose twice', `${ruleText()}${prose}${prose}`, 15],
  ])('%s is not passed over in silence', (_, text, at) => {
    const strays = read(text).problems.filter(({ code }) => code === 'rules.documents');
    expect(strays.map(({ place }) => place?.line)).toEqual([at]);
  });
});

describe('several causes in one file', () => {
  const item = `${ruleText()
    .trimEnd()
    .split('\n')
    .map((row, at) => (at === 0 ? `- ${row}` : `  ${row}`))
    .join('\n')}\n`;

  test.each([
    ['under causes:', `causes:\n${item}${item.replace('acme-vpn', 'acme-two')}`],
    ['in a bare list', `${item}${item.replace('acme-vpn', 'acme-two')}`],
  ])('%s', (_, text) => {
    const { causes, problems } = read(text);
    expect(problems).toEqual([]);
    expect(causes.map(({ cause }) => cause.id)).toEqual(['acme-vpn', 'acme-two']);
  });
});

describe('a mistake is told with its place, its meaning and what to do', () => {
  const WHEN = "when: scan.code == '0x80244022'";
  test.each([
    [
      'an unknown key',
      'next:',
      'nxet:',
      /acme\.yaml:5:1: "nxet" is not a key of a cause \(did you mean "next"\?\)/,
    ],
    ['a key that is missing', 'next: mend the split tunnel\n', '', /1:1: a cause needs "next"/],
    ['an id with blanks', 'id: acme-vpn', 'id: Acme VPN', /1:5: "Acme VPN" is no id/],
    [
      'an unknown category',
      'network-download',
      'network',
      /3:11: "category" does not know "network"/,
    ],
    [
      'an unknown status',
      'scan-failing',
      'scan-failed',
      /4:9: .*\(did you mean "scan-failing"\?\)/,
    ],
    [
      'steps where one line belongs',
      'next: mend the split tunnel',
      'next: |\n  a\n  b',
      /5:7: "next" must be one line/,
    ],
    [
      'a title of two lines',
      'title: The VPN client blocks WSUS',
      'title: |\n  a\n  b',
      /2:8: "title" must be one line/,
    ],
    [
      'a weight in percent',
      'weight: 0.7',
      'weight: 70',
      /8:11: "weight" must lie above 0 .*\(for 70 % write 0\.7\)/,
    ],
    ['a weight of nothing', 'weight: 0.7', 'weight: 0', /8:11: "weight" must lie above 0/],
    [
      'a weight that is no number',
      'weight: 0.7',
      'weight: high',
      /8:11: "weight" must .* not high/,
    ],
    ['no weight', '  weight: 0.7\n', '', /7:3: a sign needs "weight"/],
    [
      'a weight of an against sign',
      'kind: strong',
      'kind: against',
      /8:11: an against sign has no weight/,
    ],
    ['a misspelt kind', 'strong', 'strnog', /7:9: .*\(did you mean "strong"\?\)/],
    [
      'a cause that can never be found',
      'weight: 0.7',
      'weight: 0.5',
      /7:1: this cause can never be found: its signs come to 0\.5/,
    ],
    [
      'no sign at all',
      /signs:\n[^]*/.exec(ruleText())?.[0] ?? '',
      'signs: []\n',
      /6:8: this cause can never be found/,
    ],
    ['weak signs alone', 'kind: strong', 'kind: weak', /it has no strong sign/],
    [
      'an unknown fact',
      'scan.code ==',
      'scna.code ==',
      /9:9: when: scna is no fact \(did you mean "scan"\?\)/,
    ],
    [
      'an unknown field',
      'scan.code ==',
      'scan.cod ==',
      /9:14: when: scan has no field cod \(did you mean "code"\?\)/,
    ],
    [
      'a whole number',
      WHEN,
      'when: scan.tries == 3',
      /the types do not fit: .*\(write numbers with a point: 2\.0\)/,
    ],
    ['a number against a text', WHEN, "when: scan.tries == '3'", /a number == a text/],
    [
      'one equals sign',
      'scan.code ==',
      'scan.code =',
      /9:19: .*\(two things are compared with ==\)/,
    ],
    ['and in words', WHEN, 'when: scan.failing and scan.isGood', /\(write && for and/],
    [
      'a code in small letters',
      WHEN,
      "when: scan.code == '0x8024402c'",
      /9:23: when: no host ever has 0x8024402c: .* \(write '0x8024402C'\)/,
    ],
    ...[
      ["'-2147024864'", '0x80070020'],
      ["'2147942432'", '0x80070020'],
      ["'80070020'", '0x80070020'],
      ["'c1900101'", '0xC1900101'],
    ].map(
      ([code = '', spelt = '']) =>
        [
          `a code as ${code}`,
          WHEN,
          `when: scan.code == ${code}`,
          new RegExp(`9:23: when: no host ever has .*\\(write '${spelt}'\\)`),
        ] as [string, string, string, RegExp],
    ),
    ['a code as a number', WHEN, 'when: scan.code == 0x80070020', /write '0x80070020' in quotes/],
    ['a condition that is none', WHEN, 'when: scan.code', /gives a text, not true or false/],
    [
      'a bracket that is not closed',
      WHEN,
      "when: scan.code.startsWith('0x'",
      /9:34: when: a bracket is missing/,
    ],
    [
      'a quote that is not closed',
      WHEN,
      "when: scan.code == '0x",
      /9:22: when: a quote is missing/,
    ],
    ['a condition that ends too early', WHEN, 'when: scan.failing &&', /ends too early/],
    [
      'a tag where a not was meant',
      WHEN,
      'when: !scan.failing',
      /9:\d+: tags are not allowed \(text that starts with "!" needs quotes\)/,
    ],
    [
      'an item by its number',
      WHEN,
      "when: open.installs[0].code == 'x'",
      /fails on a host that has none of this/,
    ],
    [
      'a list that is none',
      '  weight:',
      '  each: f in open.instals\n  weight:',
      /8:9: each: open\.instals is no list of facts \(did you mean "open\.installs"\?\)/,
    ],
    [
      'an item named as a fact',
      '  weight:',
      '  each: os in open.installs\n  weight:',
      /os is the name of a fact/,
    ],
    [
      'another form of each',
      '  weight:',
      '  each: open.installs\n  weight:',
      /"each" must read item in fact\.list/,
    ],
    ['another host without scope', WHEN, 'when: twins.hosts > 1.0', /scope: must be fleet/],
    [
      'an unknown value in a quote',
      '{scan.code}',
      '{scan.cod}',
      /10:34: quote: scan\.cod is not a fact \(did you mean "code"\?\)/,
    ],
    ['braces that name nothing', '{scan.code}', '{code}', /10:33: quote: \{code\} names no value/],
    [
      'a quote without quotation marks',
      '"the search fails with {scan.code}"',
      '{scan.code} it says',
      /10:\d+: .*\(text that begins with \{ needs quotes around it\)/,
    ],
    [
      'a runbook of other steps',
      'signs:',
      'runbook: { chek: x }\nsigns:',
      /6:12: "chek" is not a key of a runbook \(did you mean "check"\?\)/,
    ],
    [
      'a case that expects nothing',
      'signs:',
      'cases:\n- evidence: x\nsigns:',
      /7:3: a case needs "is"/,
    ],
    [
      'an escape sequence',
      'The VPN client blocks WSUS',
      String.raw`"\e[2J"`,
      /2:8: this text has characters that a terminal obeys or hides/,
    ],
    ['a text that runs backwards', 'mend the', 'mend \u202e the', /5:7: this text has characters/],
    ['a key that is there twice', 'next:', 'title: again\nnext:', /5:1: "title" is given twice/],
    [
      'two rules parted by ---',
      'next:',
      '---\nx: 1\n---\nnext:',
      /8:1: what follows this --- would not be read/,
    ],
  ] as const)('%s', (_, from, to, expected) => {
    expect(complaints(ruleText(from, to))).toContainEqual(expect.stringMatching(expected));
  });

  test('not where weights come to 0.6 as the engine rounds', () => {
    const sign = (weight: number): string =>
      `{ kind: strong, weight: ${weight}, when: scan.failing, quote: x }`;
    const signs = ruleText().replace(/signs:\n[^]*/, `signs: [${sign(0.36)}, ${sign(0.37)}]\n`);
    expect(complaints(signs)).toEqual([]);
  });

  test('in the middle of a condition that runs over several lines', () => {
    const folded = 'when: >-\n    scan.failing &&\n      scan.isgood';
    expect(complaints(ruleText("when: scan.code == '0x80244022'", folded))).toEqual([
      'acme.yaml:11:12: when: scan has no field isgood (did you mean "isGood"?)',
    ]);
  });

  test('in an item of a list that exists() names', () => {
    const when = "when: open.installs.exists(f, f.cod == '0x1')";
    expect(complaints(ruleText("when: scan.code == '0x80244022'", when))).toEqual([
      'acme.yaml:9:35: when: f has no field cod (did you mean "code"?)',
    ]);
  });

  test('all of them at once', () => {
    const text = ruleText()
      .replace('scan.code ==', 'scna.code ==')
      .replace('0.7', '7')
      .replace('strong', 'strnog');
    expect(read(text).problems.map(({ place }) => place?.line)).toEqual([7, 8, 9]);
  });
});

describe('a hostile file is refused, whatever is in it', () => {
  const bomb = Array.from('bcdefgh', (name, at) => {
    const alias = `*${'abcdefg'.charAt(at)}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => alias).join(', ')}]`;
  }).join('\n');
  const many = `causes:\n${'- id: x\n'.repeat(1001)}`;
  const condition = (when: string): string => ruleText("scan.code == '0x80244022'", when);

  test.each([
    ['nothing', '', 'rules.empty'],
    ['a text', 'hello', 'rules.empty'],
    ['brackets without end', '['.repeat(100_000), 'rules.yaml'],
    ['aliases that blow up', `a: &a [x, x, x, x, x, x, x, x, x]\n${bomb}`, 'rules.alias-bomb'],
    ['a thousand causes and one', many, 'rules.too-many'],
    [
      'a long condition',
      condition(`"${Array(400).fill('scan.failing').join(' && ')}"`),
      'rules.when',
    ],
    ['a deep condition', condition(`"${'('.repeat(500)}true${')'.repeat(500)}"`), 'rules.when'],
    ['a pattern without end', condition("scan.code.matches('(a+)+$')"), 'rules.when'],
    [
      'lists in lists in lists',
      condition('"open.installs.all(a, open.installs.all(b, open.installs.all(c, a.at < c.at)))"'),
      'rules.when',
    ],
  ])('%s', (_, text, code) => {
    const { causes, problems } = read(text);
    expect(causes.map(({ cause }) => cause.signs.length)).not.toContain(0);
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  const pieces = fc.constantFrom(
    'id: a-b\n',
    'title: {en: 1}\n',
    'signs:\n- ',
    'kind: strong\n',
    '  when: "',
    '---\n',
    '*a',
    '&a ',
    '[',
    '}',
    '{scan.code}',
    'each: f in open.installs\n',
    'causes:\n- ',
    '!x ',
    '>-\n',
    '\u0000',
    '\t',
    '"',
    "'",
    '💥',
  );

  test('any pieces in any order are read or refused, each problem at a place in the file', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const lines = text.split('\n').length;
        const { causes, problems } = read(text);
        expect(causes.length + problems.length).toBeGreaterThan(0);
        for (const { place } of problems) {
          expect(place?.line).toBeGreaterThanOrEqual(1);
          expect(place?.line).toBeLessThanOrEqual(lines);
        }
      }),
    );
  });

  test('the catalogue cut anywhere is read or refused', () => {
    const text = readFileSync(join(folder, 'causes/disk-full.yaml'), 'utf8');
    fc.assert(
      fc.property(fc.nat({ max: text.length }), (length) => {
        const { causes, problems } = read(text.slice(0, length));
        expect(causes.length + problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
