/**
 * Bundles: files that the packed collector wrote on a host that nothing reaches. The first line holds the SHA-256 and the
 * length of all that follows, so that a byte changed on the way is noticed; it is no proof of who wrote it.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Evidence } from '../core/look.ts';
import { parseDocument } from './parse-document.ts';

export type BundleRead =
  | {
      readonly kind: 'bundle';
      readonly evidence: Evidence;
      /** Bytes before the document. */
      readonly offset: number;
      /** Of the whole file, as the host showed it. */
      readonly sha256: string;
    }
  /** `what` completes "FILE ..."; `next` is what to do. */
  | {
      readonly kind: 'refused';
      readonly why: 'no-bundle' | 'altered' | 'newer' | 'broken';
      readonly what: string;
      readonly next: string;
    };

/** Many times what the collector's own limits allow. */
const LARGEST = 8 * 1024 * 1024;

const MARK = /^PATCHWHY-BUNDLE\/(\d{1,4}) /;
const FIRST_LINE = /^PATCHWHY-BUNDLE\/1 sha256=([0-9a-f]{64}) bytes=(\d{1,9})(\r?\n)/;
const LONGEST_FIRST_LINE = 200;
const AGAIN = 'carry it over again, in binary mode, or run the packed collector once more';
const UNKNOWN_LINE = {
  why: 'no-bundle',
  what: 'is no bundle: its first line is another one',
  next: 'name files that the packed collector wrote: patchwhy collector pack',
} as const;

/** Rejects with what the file system says. */
export async function readBundleFile(file: string): Promise<BundleRead> {
  const { size } = await stat(file);
  if (size > LARGEST) return refused('broken', `is larger than ${LARGEST / 1024 / 1024} MB`, AGAIN);
  return readBundle(await readFile(file));
}

export function readBundle(bytes: Buffer): BundleRead {
  const head = bytes.toString('latin1', 0, LONGEST_FIRST_LINE);
  const version = MARK.exec(head)?.[1];
  if (version !== undefined && Number(version) > 1)
    return newer(`is a bundle of version ${version}`);
  const [line, expected = '', length = '', lineEnd = ''] = FIRST_LINE.exec(head) ?? [];
  if (line === undefined) return { kind: 'refused', ...UNKNOWN_LINE };
  const body = bytes.subarray(line.length);
  if (String(body.length) !== length)
    return refused('altered', `was altered: ${body.length} of ${length} bytes are there`, AGAIN);
  const sha256 = hashOf(body);
  if (sha256 !== expected) {
    const what = `was altered: its SHA-256 is ${sha256.slice(0, 16)}..., its first line says ${expected.slice(0, 16)}...`;
    return refused('altered', what, AGAIN);
  }
  // The one byte that the hash does not vouch for; both lines were written by one cmdlet.
  if (lineEnd !== (body.at(-2) === 13 ? '\r\n' : '\n'))
    return refused('altered', 'was altered: its line ends are mixed', AGAIN);
  return readBody(bytes, line.length);
}

function readBody(bytes: Buffer, offset: number): BundleRead {
  const parsed = parseDocument(bytes.toString('utf8', offset));
  if (parsed.kind === 'evidence')
    return { kind: 'bundle', evidence: parsed.evidence, offset, sha256: hashOf(bytes) };
  if (parsed.kind === 'broken' && parsed.problem.code === 'UNKNOWN_SCHEMA')
    return newer(`holds ${parsed.problem.text}`);
  const why = parsed.kind === 'broken' ? parsed.problem.text : 'no evidence document';
  return refused('broken', `is whole and holds ${why}`, 'report it with the version of its host');
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refused(
  why: Extract<BundleRead, { kind: 'refused' }>['why'],
  what: string,
  next: string,
): BundleRead {
  return { kind: 'refused', why, what, next };
}

function newer(what: string): BundleRead {
  return refused(
    'newer',
    what,
    'read it with the version of patchwhy that packed it, or a newer one',
  );
}
