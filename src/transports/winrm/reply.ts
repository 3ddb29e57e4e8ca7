/**
 * SOAP replies, read once and streaming. saxes was chosen of three: it resolves namespaces, expands no entities of
 * the document's own, and lets us stop at a DTD or at the first tag too deep; the others recurse, or expand first.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { badReply } from './bad-reply.ts';
import { NS, type Selectors } from './envelope.ts';

export interface Fault {
  /** WS-Man, Win32 or HRESULT number, unsigned; undefined where the host gave none. */
  readonly number: number | undefined;
  /** Local part of the SOAP subcode: `TimedOut`, `AccessDenied`. */
  readonly subcode: string;
  /** In the host's language: to be quoted, never to be judged. */
  readonly text: string;
}

export interface StreamPart {
  readonly kind: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

export interface Reply {
  readonly relatesTo: string;
  /** What the body holds first, as `namespace local`; empty for an empty body. */
  readonly body: string;
  readonly fault: Fault | undefined;
  readonly selectors: Selectors;
  readonly commandId: string;
  readonly parts: readonly StreamPart[];
  readonly isDone: boolean;
  /** Undefined where the host did not say. */
  readonly exitCode: number | undefined;
}

/** An element's name as this file compares names: by namespace, never by prefix. */
export function nameIn(namespace: string, local: string): string {
  return `${namespace} ${local}`;
}

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 20_000;
const ENVELOPE = nameIn(NS.soap, 'Envelope');
const BODY = nameIn(NS.soap, 'Body');
const FAULT = nameIn(NS.soap, 'Fault');
const RESOURCE_CREATED = nameIn(NS.transfer, 'ResourceCreated');

/** @throws ContactError BAD_REPLY for what is no SOAP envelope, malformed, too deep, or has a DTD. */
export function readReply(xml: Buffer): Reply {
  const draft = new Draft();
  const parser = new SaxesParser({ xmlns: true });
  const path: string[] = [];
  let count = 0;
  let text = '';
  parser.on('doctype', () => {
    throw badReply('has a DTD');
  });
  parser.on('error', (cause) => {
    throw badReply('is broken XML', { cause });
  });
  parser.on('opentag', (tag) => {
    const name = nameIn(tag.uri, tag.local);
    count += 1;
    if (path.length >= MAX_DEPTH || count > MAX_ELEMENTS)
      throw badReply('is no SOAP: too many tags');
    if (path.length === 0 && name !== ENVELOPE) throw badReply('is no SOAP envelope');
    if (path.at(-1) === BODY) draft.body ||= name;
    path.push(name);
    text = '';
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('cdata', (more) => {
    text += more;
  });
  parser.on('closetag', (tag) => {
    takers.get(path.at(-1) ?? '')?.(draft, text, { tag, path });
    path.pop();
    text = '';
  });
  parser.write(xml.toString('utf8')).close();
  return draft.finish();
}

class Draft {
  relatesTo = '';
  body = '';
  /** Innermost first, the order in which they close. */
  readonly faultNumbers: number[] = [];
  errorNumber: number | undefined;
  hresult: number | undefined;
  subcode = '';
  reason = '';
  message = '';
  readonly selectors: [string, string][] = [];
  commandId = '';
  readonly parts: StreamPart[] = [];
  isDone = false;
  exitCode: number | undefined;

  finish(): Reply {
    const number = this.faultNumbers.at(-1) ?? this.errorNumber ?? this.hresult;
    const text = (this.message || this.reason).trim();
    const { relatesTo, body, selectors, commandId, parts, isDone, exitCode, subcode } = this;
    const fault = body === FAULT ? { number, subcode, text } : undefined;
    return { relatesTo, body, fault, selectors, commandId, parts, isDone, exitCode };
  }
}

interface Place {
  readonly tag: SaxesTagNS;
  readonly path: readonly string[];
}

/** What is taken from an element when it closes, with the text since its last tag. */
const takers = new Map<string, (draft: Draft, text: string, place: Place) => void>([
  [
    nameIn(NS.addressing, 'RelatesTo'),
    (draft, text) => {
      draft.relatesTo = text.trim();
    },
  ],
  [
    nameIn(NS.wsman, 'Selector'),
    (draft, text, { tag, path }) => {
      if (path.includes(RESOURCE_CREATED))
        draft.selectors.push([attribute(tag, 'Name'), text.trim()]);
    },
  ],
  [
    nameIn(NS.shell, 'CommandId'),
    (draft, text) => {
      draft.commandId = text.trim();
    },
  ],
  [
    nameIn(NS.shell, 'Stream'),
    (draft, text, { tag }) => {
      const kind = attribute(tag, 'Name');
      if (text !== '' && (kind === 'stdout' || kind === 'stderr')) {
        draft.parts.push({ kind, bytes: fromBase64(text) });
      }
    },
  ],
  [
    nameIn(NS.shell, 'CommandState'),
    (draft, _text, { tag }) => {
      draft.isDone = attribute(tag, 'State') === `${NS.shell}/CommandState/Done`;
    },
  ],
  [
    nameIn(NS.shell, 'ExitCode'),
    (draft, text) => {
      // Empty after a signal: unknown, not zero.
      draft.exitCode = /^-?\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
    },
  ],
  [
    nameIn(NS.fault, 'WSManFault'),
    (draft, _text, { tag }) => {
      const number = unsigned(attribute(tag, 'Code'));
      if (number !== undefined) draft.faultNumbers.push(number);
    },
  ],
  [
    nameIn(NS.fault, 'Message'),
    (draft, text) => {
      draft.message ||= text.trim();
    },
  ],
  [
    nameIn(NS.wmiError, 'error_Code'),
    (draft, text) => {
      draft.errorNumber = unsigned(text.trim());
    },
  ],
  [
    nameIn(NS.wmiError, 'MessageID'),
    (draft, text) => {
      const hex = /^HRESULT 0x([0-9a-f]{8})$/i.exec(text.trim())?.[1];
      draft.hresult = hex === undefined ? undefined : Number.parseInt(hex, 16);
    },
  ],
  [
    nameIn(NS.soap, 'Value'),
    (draft, text, { path }) => {
      // The innermost subcode says most.
      if (path.at(-2) === nameIn(NS.soap, 'Subcode'))
        draft.subcode ||= text.trim().replace(/^.*:/, '');
    },
  ],
  [
    nameIn(NS.soap, 'Text'),
    (draft, text) => {
      draft.reason ||= text.trim();
    },
  ],
]);

function attribute(tag: SaxesTagNS, name: string): string {
  return tag.attributes[name]?.value ?? '';
}

function unsigned(text: string): number | undefined {
  if (!/^-?\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isInteger(number) && Math.abs(number) < 2 ** 32 && number !== 0
    ? number >>> 0
    : undefined;
}

/** Node skips what is no base64; then fewer bytes come out than the length of the text promises. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === decodedLength(text)) return bytes;
  const packed = text.replace(/\s+/g, '');
  if (bytes.length === decodedLength(packed)) return bytes;
  throw badReply('holds broken base64');
}

function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
