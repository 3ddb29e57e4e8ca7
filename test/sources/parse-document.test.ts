import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/sources/parse-document.ts';

const base = { schema: 'evidence/1', host: 'ws-1', collectedAt: '2026-11-21T06:00:00Z' };
const parse = (value: unknown, stamp = {}) => parseDocument(JSON.stringify(value), stamp);

describe('a document', () => {
  test('of evidence is taken as it is', () => {
    const document = {
      ...base,
      os: { build: 26100 },
      errors: [{ section: 'events', hresult: '0x80070005' }],
    };
    expect(parse(document)).toEqual({ kind: 'evidence', evidence: document });
  });

  test('of a contact failure is taken as it is', () => {
    const contact = {
      schema: 'evidence/1',
      host: 'ws-1',
      contact: { stage: 'tcp', code: 'ECONNREFUSED' },
    };
    expect(parse(contact)).toEqual({ kind: 'contact', contact });
  });

  test('inside a labelled case is found', () => {
    expect(parse({ id: 'v1', expected: { cause: 'none' }, evidence: base })).toMatchObject({
      kind: 'evidence',
    });
  });

  test("carries the inventory's host and labels, whatever the reply says", () => {
    const stamp = { host: 'srv-9', labels: { site: 'roma' } };
    expect(parse({ ...base, labels: { site: 'forged' } }, stamp)).toMatchObject({
      evidence: { host: 'srv-9', labels: { site: 'roma' } },
    });
  });

  test('keeps its own collectedAt; the console stamps it only where it is missing', () => {
    const { collectedAt: _, ...without } = base;
    const stamp = { collectedAt: '2026-11-21T07:00:00Z' };
    expect(parse(base, stamp)).toMatchObject({ evidence: { collectedAt: base.collectedAt } });
    expect(parse(without, stamp)).toMatchObject({ evidence: stamp });
  });

  test('with a section that breaks the contract loses that section alone, listed as unread', () => {
    const parsed = parse({ ...base, os: { build: 'no number' }, hotfixes: [{ kb: 'KB5034441' }] });
    expect(parsed).toMatchObject({
      kind: 'evidence',
      evidence: {
        hotfixes: [{ kb: 'KB5034441' }],
        errors: [{ section: 'os', message: expect.stringContaining('/os/build') as string }],
      },
    });
    expect(parsed.kind === 'evidence' && 'os' in parsed.evidence).toBe(false);
  });

  test('with one bad item in a list loses that item alone, and says that the list was cut', () => {
    const event = { log: 'System', provider: 'p', id: 20, time: '2026-11-21T05:00:00Z' };
    const parsed = parse({
      ...base,
      events: [event, { ...event, level: 'x' }, { ...event, id: 19 }],
    });
    expect(parsed).toMatchObject({
      kind: 'evidence',
      evidence: { events: [event, { id: 19 }], collector: { truncated: ['events'] } },
    });
    expect(parsed.kind === 'evidence' && 'errors' in parsed.evidence).toBe(false);
  });

  test('from a newer collector is read without what this version does not know', () => {
    expect(parse({ ...base, os: { build: 1, later: true }, novelty: {} })).toEqual({
      kind: 'evidence',
      evidence: { ...base, os: { build: 1 } },
    });
  });

  test.each([
    ['a newer schema', { ...base, schema: 'evidence/2' }, 'UNKNOWN_SCHEMA'],
    ['no schema', { host: 'ws-1' }, 'UNKNOWN_SCHEMA'],
    ['a list', [base], 'BAD_REPLY'],
    ['no time and no stamp', { schema: 'evidence/1', host: 'ws-1' }, 'BAD_REPLY'],
    ['a stage nobody knows', { ...base, contact: { stage: 'soon', code: 'x' } }, 'BAD_REPLY'],
  ])('with %s is broken and says why', (_, value, code) => {
    expect(parse(value)).toMatchObject({
      kind: 'broken',
      problem: { code, text: expect.stringMatching(/./) as string },
    });
  });

  test('of our own beside evidence is not evidence and not an error', () => {
    expect(parse({ schema: 'patchwhy/scan/1' })).toEqual({ kind: 'other' });
  });

  test('cut anywhere is broken, and still names its host where that can be read', () => {
    const text = JSON.stringify({ ...base, os: { build: 26100 } });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (at) => {
        const parsed = parseDocument(text.slice(0, at));
        expect(parsed.kind).toBe('broken');
        const host = parsed.kind === 'broken' ? parsed.problem.host : undefined;
        expect(at > 40 ? host : 'ws-1').toBe('ws-1');
      }),
    );
  });

  test('of any JSON at all never throws', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseDocument(text)).toHaveProperty('kind');
      }),
    );
  });
});
