import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NS } from '../../../src/transports/winrm/envelope.ts';
import { faultCode } from '../../../src/transports/winrm/faults.ts';
import { nameIn, readReply } from '../../../src/transports/winrm/reply.ts';
import { fixture, isReadOrRefused } from './fixtures.ts';

const badReply = expect.objectContaining({ stage: 'http', code: 'BAD_REPLY' }) as Error;

describe('recorded replies', () => {
  test.each([
    'winrb/open_shell_v1.xml', // 2008 R2
    'winrb/open_shell_v2.xml', // 2012 and later
    'winrb/open_shell_omi.xml',
  ])('%s names its shell', (file) => {
    const { selectors, body, fault } = readReply(fixture(file));
    expect(body).toBe(nameIn(NS.transfer, 'ResourceCreated'));
    expect(fault).toBeUndefined();
    expect(selectors).toEqual([['ShellId', expect.stringMatching(/^(uuid:)?[0-9A-F-]{36}$/)]]);
  });

  test.each([
    ['winrb/wmi_error_v2.xml', '0x803381A5', 'maximum number of'],
    ['winrb/soap_fault_v1.xml', '0x8033801A', 'class does not exist'],
    ['winrb/soap_fault_v2.xml', '0x8033801A', 'class does not exist'],
    ['winrb/soap_fault_omi.xml', undefined, 'instance name parameter is missing'],
  ] as const)('%s is a fault with code %s', (file, code, words) => {
    const { fault } = readReply(fixture(file));
    expect(fault && faultCode(fault)).toBe(code);
    expect(fault?.text).toContain(words);
  });
});

function envelope(body: string, extra = ''): Buffer {
  return Buffer.from(
    `<e:Envelope xmlns:e="${NS.soap}" xmlns:r="${NS.shell}" xmlns:w="${NS.addressing}"><e:Header>` +
      `<w:RelatesTo>uuid:1</w:RelatesTo>${extra}</e:Header><e:Body>${body}</e:Body></e:Envelope>`,
  );
}

describe('a Receive reply', () => {
  test('is read by namespace, whatever the prefixes', () => {
    const reply = readReply(
      envelope(
        '<r:ReceiveResponse><r:Stream Name="stdout">aGkg</r:Stream><r:Stream Name="stderr">b2g=</r:Stream>' +
          '<r:Stream Name="stdout" End="true"/>' +
          `<r:CommandState State="${NS.shell}/CommandState/Done"><r:ExitCode>-1073741502</r:ExitCode></r:CommandState>` +
          '</r:ReceiveResponse>',
      ),
    );
    expect(reply).toMatchObject({ relatesTo: 'uuid:1', isDone: true, exitCode: -1073741502 });
    expect(reply.parts.map(({ kind, bytes }) => [kind, bytes.toString()])).toEqual([
      ['stdout', 'hi '],
      ['stderr', 'oh'],
    ]);
  });

  test('from another namespace says nothing', () => {
    const { parts, isDone } = readReply(
      envelope('<Stream xmlns="urn:else" Name="stdout">aGk=</Stream>'),
    );
    expect({ parts, isDone }).toEqual({ parts: [], isDone: false });
  });

  test.each(['', ' ', 'abc'])('with the exit code "%s" leaves it unknown, not zero', (text) => {
    expect(readReply(envelope(`<r:ExitCode>${text}</r:ExitCode>`)).exitCode).toBeUndefined();
  });

  test.each(['!!!not base64!!!', 'aGk', 'aG k=x', 'aGk=aGk='])(
    'with the base64 "%s" is refused',
    (text) => {
      expect(() => readReply(envelope(`<r:Stream Name="stdout">${text}</r:Stream>`))).toThrow(
        badReply,
      );
    },
  );

  test('may break its base64 into lines', () => {
    const { parts } = readReply(
      envelope('<r:Stream Name="stdout">\r\n aGkg\r\n aGk=\r\n</r:Stream>'),
    );
    expect(parts[0]?.bytes.toString()).toBe('hi hi');
  });

  test('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const { parts } = readReply(envelope(`<r:Stream Name="stdout">${text}</r:Stream>`));
        expect(parts[0]?.bytes).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

test('the outer fault number comes before the one of a provider inside it', () => {
  const inner = `<f:WSManFault xmlns:f="${NS.fault}" Code="5"/>`;
  const fault = `<e:Fault><e:Detail><f:WSManFault xmlns:f="${NS.fault}" Code="2150858793">${inner}</f:WSManFault></e:Detail></e:Fault>`;
  expect(readReply(envelope(fault)).fault?.number).toBe(2_150_858_793);
  expect(readReply(envelope(fault.replace('2150858793', '0'))).fault?.number).toBe(5);
});

const entities = Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`,
);
test.each([
  [
    'an entity bomb',
    `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY e0 "boom">${entities.join('')}]><b>&e9;</b>`,
  ],
  ['a DTD from elsewhere', '<!DOCTYPE e SYSTEM "file:///etc/passwd"><e/>'],
  ['an unknown entity', envelope('&boom;').toString()],
  ['a hundred thousand tags deep', '<a>'.repeat(100_000) + '</a>'.repeat(100_000)],
  ['an envelope too deep', envelope('<a>'.repeat(100_000)).toString()],
  ['an envelope of too many tags', envelope('<a/>'.repeat(50_000)).toString()],
  ['another document', '<html><body>hello</body></html>'],
  ['an envelope of another namespace', '<Envelope><Body/></Envelope>'],
  ['cut off', envelope('').toString().slice(0, -10)],
  ['two documents', envelope('').toString().repeat(2)],
  ['nothing', ''],
  ['an undeclared prefix', envelope('<zzz:a/>').toString()],
  ['control characters', envelope('\u0000').toString()],
])('%s is refused', (_, xml) => {
  expect(() => readReply(Buffer.from(xml))).toThrow(badReply);
});

test('a recorded reply with bytes changed is read or refused, nothing else', () => {
  const start = fixture('winrb/open_shell_v2.xml');
  const edit = fc.tuple(fc.nat(start.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      const xml = Buffer.from(start);
      for (const [at, value] of edits) xml[at] = value;
      expect(isReadOrRefused(() => readReply(xml))).toBe(true);
    }),
  );
});
