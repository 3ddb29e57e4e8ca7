/** The state is the first true test, with all tests visible [DAT-34..44, 55..59]. */
import { describe, expect, test } from 'vitest';
import { statusPath } from '../../src/causes/status-path.ts';
import type { Language } from '../../src/core/entry.ts';
import { REASONS, STATES, type StatusPath } from '../../src/core/patch-state.ts';
import { examine, examineContact } from '../../src/facts/examine.ts';
import { reasonText, statusText } from '../../src/outputs/status-text.ts';
import type { CauseCase } from './cause-case.ts';
import { evidenceOf } from './cause-case.ts';

const KNOWLEDGE = { lifecycle: [], builds: [] };
type Patch = NonNullable<CauseCase['patch']>;

const POLICY = { policy: { auOptions: 4 } };
const OFFER = {
  applicable: [
    { title: '2024-02 Cumulative Update (KB5034763)', kb: 'KB5034763', releasedAt: '-2d' },
  ],
};

function pathOf(one: Omit<CauseCase, 'name'>, labels = {}): StatusPath {
  const facts = examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE);
  return statusPath({ ...facts, labels });
}

function holding(path: StatusPath): Record<string, string> {
  return Object.fromEntries(path.steps.map(({ state, holds }) => [state, holds]));
}

/** The healthy host with a policy: what is asked for is different on it. */
const managed = (windowsUpdate: Patch, patch: Patch = {}): Patch => ({
  windowsUpdate: { ...POLICY, ...windowsUpdate },
  ...patch,
});
const fails: CauseCase['fails'] = [{ kb: 'KB5034763', code: '0x80070643', at: '-1d' }];

test.each([
  ['no policy in the registry and no agent', { patch: { agents: [] } }, 'no-policy'],
  [
    'an agent that says that no policy covers it',
    { patch: { agents: [{ product: 'N', policyAssigned: false }] } },
    'no-policy',
  ],
  [
    'the update service disabled',
    { patch: managed({}), startMode: { wuauserv: 'disabled' } },
    'no-data',
  ],
  ['a search that fails', { patch: managed({}), search: { code: '0x8024402C' } }, 'no-data'],
  ['a restart due', { patch: managed({}, { reboot: { windowsUpdate: true } }) }, 'reboot-required'],
  ['an error in the last run', { patch: managed({}), fails }, 'install-error'],
  ['an update that is offered', { patch: managed(OFFER) }, 'approved-pending'],
  ['nothing left to do', { patch: managed({ applicable: [] }) }, 'fully-patched'],
] as const)('a host with %s is %j', (_, one, state) => {
  expect(pathOf(one as Omit<CauseCase, 'name'>).state).toBe(state);
});

test('a host with a policy, a restart, an error and an offer says restart, and shows the rest', () => {
  const path = pathOf({ fails, patch: managed(OFFER, { reboot: { windowsUpdate: true } }) });
  expect(path.state).toBe('reboot-required');
  expect(path.unsure).toEqual([]);
  expect(holding(path)).toEqual({
    'no-policy': 'false',
    'no-data': 'false',
    'reboot-required': 'true',
    'install-error': 'true',
    'approved-pending': 'true',
    'fully-patched': 'false',
  });
  expect(path.steps.map(({ state }) => state)).toEqual(STATES);
  for (const { because } of path.steps) expect(because.length).toBeGreaterThan(0);
});

test('without a policy the answer is always that, whatever else is true', () => {
  const path = pathOf({
    fails,
    patch: { agents: [], windowsUpdate: OFFER, reboot: { windowsUpdate: true } },
  });
  expect(path.state).toBe('no-policy');
  expect(holding(path)).toMatchObject({ 'reboot-required': 'true', 'install-error': 'true' });
});

test('the policy that the inventory names counts, and so does the label alone', () => {
  expect(pathOf({}, { policy: 'servers-monthly' }).steps[0]).toMatchObject({
    holds: 'false',
    because: [{ pointer: '/labels/policy' }],
  });
});

test('an error before the most recent run does not count, and is named all the same', () => {
  const path = pathOf({
    fails: [{ kb: 'KB5034467', title: '.NET (KB5034467)', code: '0x80070643', at: '-30d' }],
    installed: [{ kb: 'KB5034763', at: '-2d' }],
    patch: managed({}),
  });
  const step = path.steps.find(({ state }) => state === 'install-error');
  expect(step).toMatchObject({
    holds: 'false',
    because: [{ id: 'failed-before', values: expect.arrayContaining(['KB5034467']) as string[] }],
  });
});

test('an update that was undone at the restart is an error, though it once said installed', () => {
  const builds = [{ build: 19_045, kb: 'KB5034763', ubr: 4046 }];
  const evidence = evidenceOf({
    name: 'x',
    installed: [{ kb: 'KB5034763', at: '-6d' }],
    patch: managed({ applicable: [] }),
  });
  const path = statusPath(examine(evidence, { lifecycle: [], builds }));
  expect(path.state).toBe('install-error');
  expect(path.steps[3]?.because).toMatchObject([
    { id: 'undone', values: ['KB5034763', '19045.3930', '19045.4046'] },
  ]);
});

describe('what could not be looked at is neither true nor false', () => {
  test('and is named apart where it would come first', () => {
    const errors = [{ section: 'reboot', hresult: '0x80070005' }];
    const path = pathOf({ fails, patch: managed({}, { reboot: null, errors }) });
    expect(path).toMatchObject({ state: 'install-error', unsure: ['reboot-required'] });
    expect(holding(path)['reboot-required']).toBe('unknown');
  });

  test('so a host whose search was never read is not called patched', () => {
    const path = statusPath(
      examine({ schema: 'evidence/1', host: 'x', collectedAt: '2024-02-20T08:00:00Z' }, KNOWLEDGE),
    );
    expect(holding(path)).toMatchObject({ 'no-data': 'true', 'fully-patched': 'unknown' });
  });

  test('so of a host that was not reached only that is known', () => {
    const contact = { stage: 'tcp', code: 'ECONNREFUSED' } as const;
    const path = statusPath(examineContact({ host: 'x', contact }));
    expect(path).toMatchObject({ state: 'no-data', unsure: ['no-policy'] });
    expect(path.steps[1]?.because).toEqual([
      { id: 'contact', values: ['tcp', 'ECONNREFUSED'], pointer: '/contact/code' },
    ]);
  });
});

test('as text it shows every test once, and what is hidden behind the first', () => {
  const path = pathOf({ fails, patch: managed(OFFER, { reboot: { windowsUpdate: true } }) });
  const text = statusText('ws-1', path, { language: 'en', columns: undefined });
  expect(text).toMatch(/^ws-1 {2}Reboot required\n/);
  expect(text.match(/^ {2}\d\. /gm)).toHaveLength(6);
  expect(text.match(/hidden behind it/g)).toHaveLength(2);
  expect(text).toContain('KB5034763 is offered');
});

describe('what decided a test is said', () => {
  const values = ['#1', '#2', '#3'];
  // A ground is a sentence of its own.
  const said = (language: Language) =>
    REASONS.filter((id) => id !== 'ground').map((id) =>
      reasonText({ id, values, pointer: '' }, language),
    );
  const valuesIn = (text: string) => text.match(/#\d/g)?.toSorted() ?? [];

  test.each(['it', 'ja'] as const)('in %s, with the same values as in English', (language) => {
    expect(said(language).map(valuesIn)).toEqual(said('en').map(valuesIn));
    expect(said(language).filter((text) => said('en').includes(text))).toEqual([]);
  });
});
