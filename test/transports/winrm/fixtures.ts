/** The published vectors and recorded messages; their sources are in test/fixtures/winrm/SOURCES.md. */
import { readFileSync } from 'node:fs';
import { ContactError } from '../../../src/core/contact.ts';

const FOLDER = new URL('../../fixtures/winrm/', import.meta.url);

export function fixture(path: string): Buffer {
  return readFileSync(new URL(path, FOLDER));
}

interface Vectors {
  readonly primitives: Record<'md4_empty' | 'md4_abc' | 'rc4_key_Key_plaintext_Plaintext', string>;
  readonly inputs: Record<
    'user' | 'userDomain' | 'password' | 'time' | 'clientChallenge' | 'randomSessionKey',
    string
  >;
  readonly ntlmv2: Record<'ntowfv1' | 'ntowfv2' | 'encryptedRandomSessionKey', string> &
    Record<
      'gssWrapClientSeq0' | 'derived_gssWrapClientSeq1_sameHandle' | 'derived_gssWrapServerSeq0',
      { readonly plaintextUtf16le: string; readonly sealed: string; readonly signature: string }
    >;
  readonly messages: Record<'challenge' | 'authenticateWithoutMic', string>;
  readonly mic: Record<
    'exportedSessionKey' | 'negotiate' | 'challenge' | 'authenticate' | 'mic',
    string
  >;
  readonly channelBinding: readonly { readonly msvAvChannelBindings: string }[];
}

export const vectors = JSON.parse(fixture('vectors/ntlm.json').toString('utf8')) as Vectors;

export function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** Whether hostile bytes do nothing worse than being refused with a contact failure. */
export function isReadOrRefused(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return error instanceof ContactError;
  }
}
