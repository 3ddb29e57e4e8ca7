import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/causes/catalogue.ts';
import { loadCatalogue } from '../../src/causes/catalogue.ts';
import { diagnose, diagnoseContact, fleetMatters } from '../../src/causes/diagnose.ts';
import { answerOf } from '../../src/causes/judge-cause.ts';
import type { Evidence } from '../../src/core/look.ts';
import { examine } from '../../src/facts/examine.ts';
import { fleetFacts } from '../../src/facts/fleet.ts';
import { evidenceOf } from './cause-case.ts';

const MODEL = {
  name: 'model.yaml',
  text: `
version: '2026-01-01'
statuses: { ok: x, failing: x, blocked: x, no-data: x }
categories: { first: x, second: x, evidence: x }
builds: {}
`,
};
const TABLES = [
  {
    name: 'codes.csv',
    text: 'code,symbol,component,meaning,cause_id,source,alt\n0x80240FFF,WU_E_UNEXPECTED,wu,no other code fits,,x,1\n',
  },
  { name: 'lifecycle.csv', text: 'build,edition_class,name,support_end,esu_end,note\n' },
];

interface Written {
  readonly id: string;
  readonly category?: string;
  readonly beats?: readonly string[];
  readonly signs: readonly string[];
}

function catalogueOf(...causes: readonly Written[]): Catalogue {
  const files = causes.map(({ id, category = 'first', beats = [], signs }) => ({
    name: `causes/${id}.yaml`,
    text: `id: ${id}
title: { en: ${id}, it: ${id}, ja: ${id} }
category: ${category}
status: failing
beats: [${beats.join(', ')}]
next: do something
signs:
${signs.map((sign) => `- ${sign}`).join('\n')}
---
evidence: for people
`,
  }));
  return loadCatalogue([MODEL, ...TABLES, ...files]);
}

const strong = (weight: number, when = 'system.freeGiB > 1.0'): string =>
  `{kind: strong, weight: ${weight}, when: "${when}", quote: "{system.freeGiB} GiB"}`;
const weak = (weight: number): string =>
  `{kind: weak, weight: ${weight}, when: "system.freeGiB > 1.0", quote: "{system.freeGiB} GiB"}`;

const failing = evidenceOf({
  name: 'x',
  fails: [{ kb: 'KB5034763', code: '0x80240FFF', at: '-2d' }],
});

function verdict(catalogue: Catalogue, evidence: Evidence = failing): ReturnType<typeof diagnose> {
  return diagnose(catalogue, examine(evidence, catalogue.knowledge));
}

describe('signs', () => {
  test.each([
    ['one sign counts as it is', [strong(0.7)], 0.7],
    ['signs add up as independent ones', [strong(0.7), strong(0.5)], 0.85],
    ['confidence stops at 0.99', [strong(0.95), strong(0.95)], 0.99],
    ['a weak sign helps a strong one', [strong(0.5), weak(0.3)], 0.65],
  ])('%s', (_, signs, confidence) => {
    expect(verdict(catalogueOf({ id: 'aa', signs })).causes[0]).toMatchObject({
      id: 'aa',
      confidence,
    });
  });

  test('weak signs alone never find a cause; the likeliest is told as runner-up', () => {
    const { cause, runnerUp } = verdict(catalogueOf({ id: 'aa', signs: [weak(0.9), weak(0.9)] }));
    expect([cause, runnerUp]).toEqual(['unexplained-failure', { id: 'aa', confidence: 0.59 }]);
  });

  test('a sign against vetoes, or weakens where it says so', () => {
    const against = (more: string): string =>
      `{kind: against, ${more}when: "system.freeGiB > 1.0", quote: "{system.freeGiB} GiB"}`;
    expect(verdict(catalogueOf({ id: 'aa', signs: [strong(0.9), against('')] })).cause).toBe(
      'unexplained-failure',
    );
    const [weakened] = verdict(
      catalogueOf({ id: 'aa', signs: [strong(0.9), against('weakens: 0.7, ')] }),
    ).causes;
    expect(weakened?.confidence).toBe(0.63);
    expect(weakened?.evidence.map(({ kind }) => kind)).toEqual(['strong', 'against']);
  });

  test('a sign whose facts are unknown is neither true nor false, nor against', () => {
    const unknown = '{kind: against, when: "!busy.inProgress", quote: "{busy.holder}"}';
    const also = strong(0.9, '!memory.isShort && system.freeGiB > 1.0');
    const { causes } = verdict(catalogueOf({ id: 'aa', signs: [strong(0.7), also, unknown] }));
    expect(causes[0]?.confidence).toBe(0.7);
  });

  test('a sign over a list speaks of the newest item that fits', () => {
    const each =
      '{kind: strong, weight: 0.9, each: f in open.installs, when: "f.code != \'\'", quote: "{f.name} {f.code}"}';
    const evidence = evidenceOf({
      name: 'x',
      fails: [
        { kb: 'KB5000001', code: '0x80240FFF', at: '-9d' },
        { kb: 'KB5000002', code: '0x80070002', at: '-1d' },
      ],
    });
    const [finding] = verdict(catalogueOf({ id: 'aa', signs: [each] }), evidence).causes;
    expect(finding?.evidence).toEqual([
      {
        kind: 'strong',
        pointer: '/windowsUpdate/history/1/hresult',
        quote: 'KB5000002 0x80070002',
      },
    ]);
    expect(finding).toMatchObject({ firstSeen: '2024-02-19T08:00:00.000Z', tries: 1 });
  });
});

test('nobody is the runner-up where nothing speaks for anything', () => {
  const against = '{kind: against, when: "system.freeGiB > 1.0", quote: "{system.freeGiB} GiB"}';
  const never = catalogueOf({ id: 'aa', signs: [strong(0.9, 'system.freeGiB < 0.0')] });
  const vetoed = catalogueOf({ id: 'aa', signs: [strong(0.5), against] });
  expect(verdict(never)).not.toHaveProperty('runnerUp');
  expect(verdict(vetoed)).not.toHaveProperty('runnerUp');
  expect(verdict(catalogueOf({ id: 'aa', signs: [strong(0.9)] }))).not.toHaveProperty('runnerUp');
});

test.each([
  ['yes', "f.code != ''"],
  ['no', "f.code == 'x'"],
])('a sign over a list answers %s where %s', (answer, when) => {
  const sign = `{kind: strong, weight: 0.9, each: f in open.installs, when: "${when}", quote: "{f.name}"}`;
  const { causes, knowledge } = catalogueOf({ id: 'aa', signs: [sign] });
  const [ready] = causes.get('aa')?.signs ?? [];
  expect(ready && answerOf(ready, examine(failing, knowledge).facts)).toBe(answer);
});

describe('order', () => {
  test('the surer one comes first; equally sure ones by category, then id', () => {
    const catalogue = catalogueOf(
      { id: 'cc', category: 'second', signs: [strong(0.7)] },
      { id: 'bb', signs: [strong(0.7)] },
      { id: 'aa', signs: [strong(0.7)] },
      { id: 'dd', category: 'second', signs: [strong(0.8)] },
    );
    expect(verdict(catalogue).causes.map(({ id }) => id)).toEqual(['dd', 'aa', 'bb', 'cc']);
  });

  test('what is beaten becomes a consequence, however sure', () => {
    const catalogue = catalogueOf(
      { id: 'aa', beats: ['bb'], signs: [strong(0.6)] },
      { id: 'bb', signs: [strong(0.95)] },
    );
    const { causes, consequences } = verdict(catalogue);
    expect(causes.map(({ id }) => id)).toEqual(['aa']);
    expect(consequences).toEqual([{ id: 'bb', title: 'bb', beatenBy: 'aa', confidence: 0.95 }]);
  });

  test('what two beat follows from the surer one', () => {
    const catalogue = catalogueOf(
      { id: 'aa', beats: ['cc'], signs: [strong(0.6)] },
      { id: 'bb', beats: ['cc'], signs: [strong(0.8)] },
      { id: 'cc', signs: [strong(0.95)] },
    );
    expect(verdict(catalogue).consequences).toMatchObject([{ id: 'cc', beatenBy: 'bb' }]);
  });

  test('to beat is direct: who is beaten by the one in between is not beaten by the first', () => {
    const catalogue = catalogueOf(
      { id: 'aa', beats: ['bb'], signs: [strong(0.7)] },
      { id: 'bb', beats: ['cc'], signs: [strong(0.7, 'system.freeGiB < 0.0')] },
      { id: 'cc', signs: [strong(0.7)] },
    );
    expect(verdict(catalogue).causes.map(({ id }) => id)).toEqual(['aa', 'cc']);
  });

  test('of two that name each other the surer one stands', () => {
    const catalogue = catalogueOf(
      { id: 'aa', beats: ['bb'], signs: [strong(0.7)] },
      { id: 'bb', beats: ['aa'], signs: [strong(0.9)] },
    );
    expect(verdict(catalogue).causes.map(({ id }) => id)).toEqual(['bb']);
  });

  test('of two equally sure ones that name each other the first by name stands', () => {
    const catalogue = catalogueOf(
      { id: 'bb', beats: ['aa'], signs: [strong(0.7)] },
      { id: 'aa', beats: ['bb'], signs: [strong(0.7)] },
    );
    expect(verdict(catalogue).causes.map(({ id }) => id)).toEqual(['aa']);
  });

  test('a circle of three never leaves a failing host without a cause', () => {
    const catalogue = catalogueOf(
      { id: 'aa', beats: ['bb'], signs: [strong(0.7)] },
      { id: 'bb', beats: ['cc'], signs: [strong(0.8)] },
      { id: 'cc', beats: ['aa'], signs: [strong(0.9)] },
    );
    expect(verdict(catalogue).causes.map(({ id }) => id)).toEqual(['cc']);
  });
});

describe('when nothing is found', () => {
  const empty = catalogueOf({ id: 'aa', signs: [strong(0.9, 'system.freeGiB < 0.0')] });

  test('a failure is told with its code and what the code means [NIN-01]', () => {
    expect(verdict(empty)).toMatchObject({
      status: 'failing',
      cause: 'unexplained-failure',
      causes: [
        {
          evidence: [
            {
              quote:
                'KB5034763 failed at 2024-02-18 08:00 UTC with 0x80240FFF (WU_E_UNEXPECTED: no other code fits)',
            },
          ],
          firstSeen: '2024-02-18T08:00:00.000Z',
          tries: 1,
        },
      ],
    });
  });

  test('a healthy host says why it counts as healthy', () => {
    const { status, cause, causes, grounds } = verdict(empty, evidenceOf({ name: 'x' }));
    expect({ status, cause, causes }).toEqual({ status: 'ok', cause: 'none', causes: [] });
    expect(grounds).toEqual([
      'a search succeeded at 2024-02-20 05:00 UTC and nothing is open',
      'KB5034122 was installed at 2024-01-31 08:00 UTC',
    ]);
  });

  test.each([
    ['nothing is open', []],
    ['what it found is days old', [{ title: '(KB5034763)', kb: 'KB5034763', releasedAt: '-3d' }]],
  ])('a search is a ground: %s', (words, applicable) => {
    const windowsUpdate = { applicable, scan: { mode: 'offline' } };
    const { grounds } = verdict(empty, evidenceOf({ name: 'x', patch: { windowsUpdate } }));
    expect(grounds?.[0]).toBe(`a search succeeded at 2024-02-20 05:00 UTC and ${words}`);
  });

  test.each([
    ['-34d', 'none'],
    ['-44d', 'none'],
    ['-46d', 'not-enough-evidence'],
  ])('an installation of %s beside a good search: %s', (at, cause) => {
    const installed = [{ kb: 'KB5033372', at }];
    expect(verdict(empty, evidenceOf({ name: 'x', installed })).cause).toBe(cause);
  });

  test('an old search is no ground, a fresh installation is', () => {
    const installed = [{ kb: 'KB5034763', at: '-4d' }];
    const patch = { windowsUpdate: { lastScanSuccess: '-20d' } };
    const { grounds } = verdict(empty, evidenceOf({ name: 'x', installed, patch }));
    expect(grounds).toEqual(['KB5034763 was installed at 2024-02-16 08:00 UTC']);
  });

  test('an update found days ago may be failing to download where no events were read', () => {
    const applicable = [{ title: '(KB5034763)', kb: 'KB5034763', releasedAt: '-3d' }];
    const windowsUpdate = { applicable, scan: { mode: 'offline' } };
    const causeOf = (patch: Record<string, unknown>): string =>
      verdict(empty, evidenceOf({ name: 'x', patch: { windowsUpdate, ...patch } })).cause;
    expect([causeOf({}), causeOf({ events: null })]).toEqual(['none', 'not-enough-evidence']);
  });

  test('what the signs wanted to know and nobody collected is named, once', () => {
    const both = catalogueOf({
      id: 'aa',
      signs: [strong(0.9, 'scan.failing && restart.due'), strong(0.8, 'restart.due')],
    });
    const evidence = evidenceOf({
      name: 'x',
      patch: { reboot: null, windowsUpdate: null, events: null, os: { lastBoot: null } },
    });
    expect(verdict(both, evidence).unread).toEqual([
      { section: 'windowsUpdate.lastScanSuccess', message: 'not collected' },
      { section: 'reboot', message: 'not collected' },
    ]);
  });

  test('an unreadable restart key is no "no" [NIN-23, NIN-57]', () => {
    const evidence = evidenceOf({
      name: 'x',
      patch: {
        reboot: null,
        os: { lastBoot: null },
        errors: [{ section: 'reboot', hresult: '0x80070005' }],
      },
    });
    expect(verdict(empty, evidence)).toMatchObject({
      cause: 'not-enough-evidence',
      unread: [{ section: 'reboot', hresult: '0x80070005' }],
    });
  });
});

test.each([
  ['tcp', 'failing', 'unreachable'],
  ['timeout', 'no-data', 'no-data'],
  ['collector', 'failing', 'no-data'],
] as const)(
  'contact that ended at %s, with a cause of status %s: %s',
  (stage, status, expected) => {
    const sign =
      '{kind: strong, weight: 0.9, when: "contact.code != \'\'", quote: "{contact.code}"}';
    const { causes, ...rest } = catalogueOf({ id: 'aa', signs: [sign] });
    const [ready] = [...causes.values()];
    const own = ready && { ...ready, cause: { ...ready.cause, status } };
    const catalogue = { ...rest, causes: new Map(own && [['aa', own]]) };
    const document = { host: 'x', contact: { stage, code: 'ETIMEDOUT' } };
    expect(diagnoseContact(catalogue, document).status).toBe(expected);
  },
);

test('what other hosts tell changes a verdict, and only with their facts at hand', () => {
  const sign =
    '{kind: strong, scope: fleet, weight: 0.9, when: "twins.hosts >= 2.0", quote: "{twins.hosts} share {twins.id}"}';
  const other = strong(0.1, 'sameWsus.failing >= 3.0').replace('kind', 'scope: fleet, kind');
  const catalogue = catalogueOf({ id: 'aa', signs: [sign, other] });
  const hosts = ['one', 'two', 'three'].map((host) => {
    const susClientId = host === 'three' ? 'own' : 'shared';
    return examine(
      { ...evidenceOf({ name: 'x', patch: { windowsUpdate: { susClientId } } }), host },
      catalogue.knowledge,
    );
  });
  const fleet = fleetFacts(hosts);
  expect(hosts.map((host) => fleetMatters(catalogue, host, fleet))).toEqual([true, true, false]);
  expect(hosts.map((host) => diagnose(catalogue, host).cause)).toEqual(['none', 'none', 'none']);
  expect(hosts.map((host) => diagnose(catalogue, host, fleet).cause)).toEqual(['aa', 'aa', 'none']);
});
