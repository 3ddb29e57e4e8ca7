/** From a described Windows to the document that comes of it. */
import { type About, cmdDocument, cmdLines } from '../../../src/collect/cmd/collect.ts';
import { AnswerReader } from '../../../src/collect/cmd/lines.ts';
import type { Evidence } from '../../../src/core/look.ts';
import { parseDocument } from '../../../src/sources/parse-document.ts';
import { LANGUAGES, type Language } from './languages.ts';
import { NOW, runLine, type Windows } from './windows.ts';

export const NONCE = '0123456789abcdef';
const ABOUT: About = {
  host: 'ws-1',
  now: new Date(NOW),
  durationMs: 1200,
  reason: '0x800704EC: a policy forbids powershell.exe on this host',
  missing: 'not answered',
};

/** Undefined where the host told too little for any. */
export function documentFrom(outputs: readonly Uint8Array[]): unknown {
  const reader = new AnswerReader(NONCE);
  for (const [at, line] of cmdLines(NONCE).entries()) {
    const reading = reader.readLine(line);
    const bytes = outputs[at];
    if (bytes !== undefined) reading.push(bytes);
    reading.end();
  }
  return cmdDocument(reader, ABOUT);
}

/** The evidence as the engine gets it. @throws Error when there is none. */
export function evidenceOf(windows: Windows, language: Language = english()): Evidence {
  const outputs = cmdLines(NONCE).map(({ text }) => runLine(windows, language, text));
  const parsed = parseDocument(JSON.stringify(documentFrom(outputs)));
  if (parsed.kind !== 'evidence') throw new Error(`no evidence: ${JSON.stringify(parsed)}`);
  return parsed.evidence;
}

export function english(): Language {
  const { English } = LANGUAGES;
  if (English === undefined) throw new Error('there is no English');
  return English;
}
