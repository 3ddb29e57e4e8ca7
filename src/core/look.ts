/** What one look at one host brings back. */
import type { Collected, ContactFailure } from './evidence.ts';

/** The document a collector brings back; its shape is generated from schemas/evidence.schema.json. */
export type Evidence = Collected;

export type Look =
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'contact'; readonly contact: ContactFailure }
  /** The host was not tried: nothing is known of it. */
  | { readonly kind: 'skipped'; readonly reason: string };
