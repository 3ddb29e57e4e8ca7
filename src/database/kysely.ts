/** What we use of kysely. By this file alone it is loaded, so that the build can put its 300 modules into one: 200 ms less. */
export { CompiledQuery, Kysely, PostgresDialect, sql, SqliteDialect, SqliteDriver } from 'kysely';
