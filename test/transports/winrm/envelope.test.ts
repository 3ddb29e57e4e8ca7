import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { type Envelope, Envelopes, NS } from '../../../src/transports/winrm/envelope.ts';
import { bytesOf } from '../../../src/transports/winrm/text-parts.ts';
import { escapeXml } from '../../../src/transports/winrm/xml-text.ts';

/** What a strict XML reader finds: the text of each element by its local name. */
function texts(xml: string): Map<string, string> {
  const found = new Map<string, string>();
  const parser = new SaxesParser({ xmlns: true });
  const open: { name: string; text: string }[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => open.push({ name: tag.local, text: '' }));
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last) last.text += text;
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) found.set(closed.name, closed.text);
  });
  parser.write(xml).close();
  return found;
}

// oxlint-disable-next-line no-control-regex -- XML cannot carry these
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const xmlOf = ({ xml }: Envelope): string => bytesOf(xml).toString();

const envelopes = new Envelopes('http://ws-1:5985/wsman');

test('requests have ids of their own, and one session', () => {
  const [first, second] = [envelopes.delete([]), envelopes.delete([])];
  expect(first.id).not.toBe(second.id);
  expect(first.id).toMatch(/^uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect(texts(xmlOf(first)).get('MessageID')).toBe(first.id);
  expect(texts(xmlOf(first)).get('SessionId')).toBe(texts(xmlOf(second)).get('SessionId'));
});

test('Create carries a script unharmed, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (script) => {
      const xml = xmlOf(envelopes.create({ A: script }, 65_001));
      const kept = script.toWellFormed().replace(FORBIDDEN, '');
      expect(texts(xml).get('Variable')).toBe(kept);
    }),
  );
});

test('Create asks for UTF-8 and no profile, and for an end by itself', () => {
  const xml = xmlOf(envelopes.create({ A: 'x' }, 65_001));
  expect(xml).toContain('<w:Option Name="WINRS_NOPROFILE">TRUE</w:Option>');
  expect(xml).toContain('<w:Option Name="WINRS_CODEPAGE">65001</w:Option>');
  expect(xml).toContain('<rsp:IdleTimeOut>PT180S</rsp:IdleTimeOut>');
  expect(xmlOf(envelopes.create({ A: 'x' }))).not.toContain('CODEPAGE');
});

test("the host's selectors go back as they came, as text", () => {
  const xml = xmlOf(
    envelopes.receive(
      [
        ['ShellId', '<&">'],
        ['Other', '2'],
      ],
      'c"1',
    ),
  );
  expect(xml).toContain(
    '<w:Selector Name="ShellId">&lt;&amp;&quot;&gt;</w:Selector><w:Selector Name="Other">2<',
  );
  expect(xml).toContain('CommandId="c&quot;1"');
});

describe('every request', () => {
  const all = {
    create: envelopes.create({ A: 'x' }, 65_001),
    command: envelopes.command([['ShellId', 's']], 'c', 'cmd'),
    receive: envelopes.receive([['ShellId', 's']], 'c'),
    delete: envelopes.delete([['ShellId', 's']]),
  };
  test.each(Object.entries(all))(
    '%s is well-formed and has what the service requires',
    (_, envelope) => {
      const found = texts(xmlOf(envelope));
      expect(found.get('To')).toBe('http://ws-1:5985/wsman');
      expect(found.get('ResourceURI')).toBe(`${NS.shell}/cmd`);
      expect(found.get('OperationTimeout')).toBe('PT20S');
      expect(found.get('MaxEnvelopeSize')).toBe('153600');
      expect(found.get('Address')).toMatch(/anonymous$/);
    },
  );
});

test('text without anything special is left alone', () => {
  expect(escapeXml('plain äöü 日本 🙂')).toBe('plain äöü 日本 🙂');
  expect(escapeXml('a\ud800b')).toBe('a\ufffdb');
});
