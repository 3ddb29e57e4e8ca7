import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attic } from '../../src/engine/attic.ts';

test('what is put away comes out as it went in, whatever was put away first', () => {
  const value = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.date(), fc.array(fc.string())),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const attic = new Attic<object>();
      const packed = values.map((each) => attic.put(each));
      expect(packed.map((each) => attic.get(each))).toEqual(values);
    }),
  );
});

test('values of one kind take a fraction of what they are', () => {
  const attic = new Attic<object>();
  const updates = Array.from({ length: 40 }, (_, at) => ({ name: `KB50${at}`, from: `/h/${at}` }));
  const fact = (host: string) => ({ host, updates });
  attic.put(fact('ws-1'));
  const packed = attic.put(fact('ws-2'));
  expect(packed.length * 10).toBeLessThan(JSON.stringify(fact('ws-2')).length);
  // Nothing larger hides behind it.
  expect(packed.buffer.byteLength).toBe(packed.length);
});
