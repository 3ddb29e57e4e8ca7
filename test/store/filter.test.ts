import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionsOf } from '../../src/store/completions.ts';
import { parseFilter } from '../../src/store/filter.ts';
import { createRunStore } from '../../src/store/run.ts';
import { done, finding, info, judged, noContact, staged, started, T0 } from '../support/events.ts';
import { hostId } from '../../src/core/host.ts';

const NOW = Date.parse(T0) + 3_600_000;
const said = (quote: string) => [{ kind: 'strong', pointer: '/x', quote }] as const;

const store = createRunStore();
store.apply(
  started([
    info('ws-1', { site: 'milano', group: 'office,pilot', tags: 'db,no-touch' }),
    info('ws-2', { site: 'milano', group: 'office' }),
    info('srv-1', { site: 'torino', rack: 'R 12' }),
    info('srv-2', {}),
    info('new', { site: 'roma' }),
  ]),
);
store.apply(
  done(
    hostId('ws-1'),
    judged([
      finding('disk-full', {
        confidence: 0.95,
        evidence: said('KB5034441 failed with 0x80070070'),
      }),
    ]),
  ),
);
store.apply(
  done(hostId('ws-2'), judged([finding('pending-reboot', { confidence: 0.6 })], 'reboot-required')),
);
store.apply(done(hostId('srv-1'), judged([])));
store.apply(done(hostId('srv-2'), noContact('tcp', 'ETIMEDOUT')));
store.apply(staged(hostId('new'), 'auth'));

function shown(text: string): string[] | string {
  const parsed = parseFilter(text, store.labels().keys());
  if (parsed.kind === 'problem') return parsed.problem.kind;
  const { filter } = parsed;
  return [...store.hosts()]
    .filter((host) => filter?.matches(host, NOW) ?? true)
    .map(({ id }) => String(id));
}

test.each([
  ['', ['ws-1', 'ws-2', 'srv-1', 'srv-2', 'new']],
  ['  ', ['ws-1', 'ws-2', 'srv-1', 'srv-2', 'new']],
  ['site:milano', ['ws-1', 'ws-2']],
  ['site:mil', ['ws-1', 'ws-2']],
  ['SITE:MILANO', ['ws-1', 'ws-2']],
  ['site:"mil"', []],
  ['site:*o', ['ws-1', 'ws-2', 'srv-1']],
  ['site:~"^(mil|tor)"', ['ws-1', 'ws-2', 'srv-1']],
  ['!site:milano', ['srv-1', 'srv-2', 'new']],
  ['site:milano status:failing', ['ws-1']],
  ['site:torino | site:roma', ['srv-1', 'new']],
  ['(site:torino | site:milano) !ws', ['srv-1']],
  ['ws !tag:no-touch', ['ws-2']],
  ['group:pilot', ['ws-1']],
  ['rack:"R 12"', ['srv-1']],
  ['host:srv', ['srv-1', 'srv-2']],
  ['cause:disk-full', ['ws-1']],
  ['code:0x80070070', ['ws-1']],
  ['code:ETIMEDOUT', ['srv-2']],
  ['kb:5034441', ['ws-1']],
  ['kb:KB5034441', ['ws-1']],
  ['5034441', ['ws-1']],
  ['status:ok', ['srv-1']],
  ['status:unreachable', ['srv-2']],
  ['stage:tcp', ['srv-2']],
  ['stage:auth', ['new']],
  ['conf>90', ['ws-1']],
  ['conf<90', ['ws-2']],
  ['conf:95', ['ws-1']],
  ['age<2h', ['ws-1', 'ws-2', 'srv-1']],
  ['age>1d', []],
] as const)('%j shows %j', (text, expected) => {
  expect(shown(text)).toEqual(expected);
});

test.each([
  ['sit:milano', 'unknown-field', 0, 3],
  ['a sit:milano', 'unknown-field', 2, 5],
  ['site:', 'unfinished', 0, 5],
  ['site:a |', 'unfinished', 8, 9],
  ['(site:a', 'unfinished', 0, 1],
  ['site:a)', 'unfinished', 6, 7],
  ['"open', 'unfinished', 0, 5],
  ['!', 'unfinished', 1, 2],
  ['~[', 'bad-pattern', 1, 2],
  ['age>soon', 'bad-number', 4, 8],
  ['conf>1000', 'bad-number', 5, 9],
  ['site>3', 'bad-number', 0, 5],
] as const)('%j is a problem: %s, from %i to %i', (text, kind, from, to) => {
  expect(parseFilter(text, store.labels().keys())).toEqual({
    kind: 'problem',
    problem: { kind, from, to },
  });
});

test('whatever is typed is a filter or a problem inside the text, never an exception', () => {
  const piece = fc.oneof(
    fc.constantFrom('site:', 'age>', 'conf<', '(', ')', '!', '|', '~', '"', '*', ' ', '1d', 'ws'),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseFilter(text, store.labels().keys());
      const { from, to } = parsed.kind === 'problem' ? parsed.problem : { from: 0, to: 1 };
      expect(from).toBeLessThan(to);
      expect(to).toBeLessThanOrEqual(text.length + 1);
      const { filter } = parsed.kind === 'filter' ? parsed : {};
      for (const host of store.hosts()) filter?.matches(host, NOW);
    }),
  );
});

test('a deep nest of parentheses is refused, not followed', () => {
  expect(shown('('.repeat(5000))).toBe('unfinished');
});

describe('what could come next', () => {
  const choices = (text: string, at = text.length) =>
    completionsOf(text, at, store.hosts(), store.labels().keys());

  test('is a field, at the start of a word', () => {
    expect(choices('st').choices.map(({ text }) => text)).toEqual(['status:', 'stage:']);
    expect(choices('site:milano (ra')).toEqual({ from: 13, to: 15, choices: [{ text: 'rack:' }] });
  });

  test('is a value that hosts have, the commonest first, with how many', () => {
    expect(choices('site:')).toMatchObject({
      from: 5,
      to: 5,
      choices: [
        { text: 'milano', hosts: 2 },
        { text: 'roma', hosts: 1 },
        { text: 'torino', hosts: 1 },
      ],
    });
    expect(choices('!site:to and more', 8)).toEqual({
      from: 6,
      to: 8,
      choices: [{ text: 'torino', hosts: 1 }],
    });
    expect(choices('group:').choices.map(({ text }) => text)).toEqual(['office', 'pilot']);
  });

  test('is written so that it stays one word', () => {
    expect(choices('rack:r').choices).toEqual([{ text: '"R 12"', hosts: 1 }]);
  });
});
