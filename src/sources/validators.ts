/**
 * Validators of documents, out of `schemas/evidence.schema.json`. Compiling them takes longer than judging a hundred
 * hosts, so the build writes ready ones in place of this module (scripts/compile-validators.ts).
 */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ContactFailure } from '../core/evidence.ts';
import type { Evidence } from '../core/look.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/evidence.schema.json', import.meta.url), 'utf8'),
) as { readonly $id: string };

/** The same for those that are compiled here and those that the build writes. */
export const OPTIONS = { allErrors: true, strict: false, removeAdditional: true } as const;
export const PLACES = {
  collected: `${schema.$id}#/$defs/collected`,
  contact: `${schema.$id}#/$defs/contactFailure`,
} as const;

const ajv = new Ajv2020(OPTIONS).addSchema(schema);

export const collected = validatorAt<Evidence>(PLACES.collected);
export const contact = validatorAt<ContactFailure>(PLACES.contact);

function validatorAt<T>(place: string): ValidateFunction<T> {
  const found = ajv.getSchema<T>(place);
  if (!found) throw new Error(`schemas/evidence.schema.json has nothing at ${place}`);
  return found;
}
