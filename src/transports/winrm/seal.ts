/** Sealing the messages of one connection with what its log-on left behind. */
import { SEALED_TYPE, readEncryptedBody, writeEncryptedBody } from './encrypted-body.ts';
import type { NtlmContext } from './ntlm-context.ts';
import type { TextParts } from './text-parts.ts';

/** Messages go out and come in one at a time; one that is lost or changed ends the context. */
export interface Seal {
  /** Of requests. */
  readonly contentType: string;
  /** A text as the body of a request. */
  close(text: TextParts): Buffer | Promise<Buffer>;
  /** The text in the body of a reply. @throws ContactError BAD_REPLY when it is not whole or not sealed by the host. */
  open(contentType: string, body: Buffer): Buffer | Promise<Buffer>;
}

/** In place: with NTLM sealed bytes are as many as plain ones. */
export function ntlmSeal(context: NtlmContext): Seal {
  return {
    contentType: SEALED_TYPE,
    close: (text) => writeEncryptedBody(text, (message) => context.seal(message)),
    open(contentType, body) {
      const { signature, sealed } = readEncryptedBody(contentType, body);
      context.open(sealed, signature);
      return sealed;
    },
  };
}
