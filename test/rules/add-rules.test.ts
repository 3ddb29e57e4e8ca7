import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import type { Catalogue } from '../../src/causes/catalogue.ts';
import { diagnose, fleetMatters } from '../../src/causes/diagnose.ts';
import { suspect } from '../../src/causes/judge-cause.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';
import { fleetFacts } from '../../src/facts/fleet.ts';
import { line } from '../../src/inventory/problem.ts';
import { addRules, type RulesAdded } from '../../src/rules/add-rules.ts';
import { evidenceOf, type CauseCase } from '../causes/cause-case.ts';
import { listed, ruleText } from './rule-text.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));

function added(...texts: readonly string[]): RulesAdded {
  return addRules(
    catalogue,
    texts.map((text, at) => ({ file: `${at + 1}.yaml`, text })),
  );
}

function complaints(...texts: readonly string[]): readonly string[] {
  return added(...texts).problems.map((problem) => `${line(problem)} (${problem.hint})`);
}

describe('causes that do not go together are refused', () => {
  const causes = (...items: readonly string[]): string => `causes:\n${items.join('')}`;

  test.each([
    [
      'two of one id, in two files',
      [ruleText(), ruleText()],
      '2.yaml:1:5: cause acme-vpn is there twice (the first is at 1.yaml:1; rename one)',
    ],
    [
      'the id of a cause of the catalogue',
      [ruleText('acme-vpn', 'disk-full')],
      '1.yaml:1:5: the catalogue has a cause disk-full already (choose another id; to outrank it: beats: [disk-full]; to run yours in its place: replaces: true)',
    ],
    [
      'an id that the engine speaks itself',
      [ruleText('acme-vpn', 'not-enough-evidence')],
      '1.yaml:1:5: not-enough-evidence is what patchwhy says when no cause fits (choose another id)',
    ],
    [
      'one that stands in for nothing',
      [ruleText('id: acme-vpn', 'replaces: true\nid: disk-ful')],
      '1.yaml:2:5: the catalogue has no cause disk-ful to replace (did you mean "disk-full"?)',
    ],
    [
      'one that beats a stranger',
      [causes(listed('one', 'beats: [disk-ful]'))],
      '1.yaml:7:11: beats disk-ful, which is no cause (did you mean "disk-full"?)',
    ],
    [
      'one that beats itself',
      [causes(listed('one', 'beats: [one]'))],
      '1.yaml:7:11: one beats itself (leave it out)',
    ],
    [
      'two that beat each other',
      [causes(listed('one', 'beats: [two]'), listed('two', 'beats: [one]'))],
      '1.yaml:2:7: a circle: one beats two beats one (a root beats its symptoms; leave one of them out)',
    ],
    [
      'a circle over a cause of the catalogue',
      [
        ruleText('id: acme-vpn', 'beats: [acme-two]\nreplaces: true\nid: disk-full'),
        causes(listed('acme-two', 'beats: [disk-full]')),
      ],
      '1.yaml:3:5: a circle: disk-full beats acme-two beats disk-full (a root beats its symptoms; leave one of them out)',
    ],
    [
      'a case that expects a stranger',
      [ruleText('signs:', 'cases:\n- { evidence: x, is: acme-vpm }\nsigns:')],
      '1.yaml:7:3: the case expects acme-vpm, which is no cause (did you mean "acme-vpn"?)',
    ],
  ])('%s', (_, texts, expected) => {
    expect(complaints(...texts)).toEqual([expected]);
  });

  test('more than a thousand in all, over several files', () => {
    const half = (from: number): string =>
      causes(...Array.from({ length: 501 }, (_, at) => listed(`c-${from + at}`)));
    expect(complaints(half(0), half(501))).toEqual([
      expect.stringMatching(/^2\.yaml:.*: 1002 causes in all; 1000 are the most/) as string,
    ]);
  });

  test('a beaten cause that is itself wrong is still a cause', () => {
    const texts = [causes(listed('one', 'beats: [two]'), listed('two').replace('0.7', '7'))];
    expect(complaints(...texts)).toHaveLength(1);
  });
});

describe('causes of a user are judged as those of the catalogue', () => {
  const full: CauseCase = {
    name: 'a full disk',
    fails: [{ kb: 'KB5034763', code: '0x80070070', at: '-1d' }],
    freeMiB: { system: 500 },
  };
  const own = (more = ''): string => `id: acme-cache
title: { en: The cache fills the disk }
category: agent
status: failing
next: empty the cache
${more}
signs:
- { kind: strong, weight: 0.7, when: system.freeGiB < 1.0, quote: "{system.freeGiB} GiB" }
`;
  const verdict = ({ catalogue: with_ }: { readonly catalogue: Catalogue }): Verdict =>
    diagnose(with_, examine(evidenceOf(full), catalogue.knowledge));

  test('one that is less sure stands beside the built-in one', () => {
    expect(verdict({ catalogue }).causes.map(({ id }) => id)).toEqual(['disk-full']);
    expect(verdict(added(own())).causes.map(({ id }) => id)).toEqual(['disk-full', 'acme-cache']);
  });

  test('one that beats it comes first, and the built-in one is its consequence', () => {
    const { causes, consequences } = verdict(added(own('beats: [disk-full]')));
    expect(causes.map(({ id }) => id)).toEqual(['acme-cache']);
    expect(consequences.map(({ id, beatenBy }) => [id, beatenBy])).toContainEqual([
      'disk-full',
      'acme-cache',
    ]);
  });

  test('one that replaces it is judged in its place', () => {
    const text = own('replaces: true').replace('acme-cache', 'disk-full');
    const { causes } = verdict(added(text));
    expect(causes.map(({ id, title }) => [id, title])).toEqual([
      ['disk-full', 'The cache fills the disk'],
    ]);
  });

  test('one that replaces it without signs turns it off', () => {
    const off = `id: disk-full\nreplaces: true\ntitle: off\ncategory: agent\nstatus: failing\nnext: x\nsigns: []\n`;
    const { problems, ...rest } = added(off);
    expect(problems).toEqual([]);
    expect(verdict(rest).causes.map(({ id }) => id)).not.toContain('disk-full');
  });

  test('a condition that cannot be worked out on a host counts as not looked at, and ends nothing', () => {
    const text = own().replace(
      'when: system.freeGiB < 1.0',
      `when: "system.mount == '' || timestamp(system.mount) > os.lastBoot"`,
    );
    const { problems, ...rest } = added(text);
    expect(problems).toEqual([]);
    expect(verdict(rest).causes.map(({ id }) => id)).toEqual(['disk-full']);
    const ready = rest.catalogue.causes.get('acme-cache');
    const { facts } = examine(evidenceOf(full), catalogue.knowledge);
    expect(ready && suspect(ready, facts).couldNotLook).toEqual(['system', 'os']);
  });

  test('one that asks other hosts is asked again when they are in', () => {
    const sign =
      '{ kind: strong, scope: fleet, weight: 0.7, when: "sameFailure.updates.exists(u, u.failing >= 3.0)", quote: x }';
    const with_ = added(own().replace(/signs:\n[^]*/, `signs: [${sign}]\n`));
    expect(with_.problems).toEqual([]);
    const hosts = ['a', 'b', 'c'].map((host) =>
      examine({ ...evidenceOf(full), host }, catalogue.knowledge),
    );
    const [first] = hosts;
    const quiet = { ...catalogue, fleetSigns: [] };
    const { fleetSigns } = with_.catalogue;
    const mine = fleetSigns.filter(({ sign: { when } }) => when.startsWith('sameFailure.updates'));
    expect(mine).toHaveLength(1);
    const only = { ...quiet, fleetSigns: mine };
    expect(first && fleetMatters(only, first, fleetFacts(hosts))).toBe(true);
    expect(first && fleetMatters(only, first, fleetFacts(hosts.slice(1)))).toBe(false);
  });

  test('nothing added is the catalogue itself', () => {
    expect(added().catalogue).toBe(catalogue);
  });
});
