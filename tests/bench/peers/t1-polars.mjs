// node t1-polars.mjs IN OUT - runs T1 with Polars (npm install nodejs-polars, found from the working folder).
// The same files as t1-duckdb.sql of the benchmark folder. Less than Couplet does: no types (uids are compared as text),
// no ledger rules, no base, no change list, no report. POLARS_MAX_THREADS has the number of threads.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
const pl = createRequire(process.cwd() + '/')('nodejs-polars');
const [input, output] = process.argv.slice(2);
mkdirSync(output, { recursive: true });

const RUN = '2025-01-31T00:00:00Z';
// The ten mapped fields: header in the ERP, header in the CRM, whether it is a code (trimmed, in upper case).
const FIELDS = [['No', 'accountnumber', true], ['Name', 'name'], ['Address', 'address1_line1'], ['City', 'address1_city'],
  ['Post Code', 'address1_postalcode', true], ['Country', 'address1_country', true], ['Phone', 'telephone1'],
  ['E-Mail', 'emailaddress1'], ['Currency Code', 'transactioncurrencyid', true], ['Credit Limit', 'creditlimit']];
const col = pl.col, lit = pl.lit;
const scan = (name) => pl.scanCSV(`${input}/${name}.csv`, { inferSchemaLength: 0, missingUtf8IsEmptyString: true });
const mapped = (side, prefix) => FIELDS.map((f, i) => {
  const value = col(f[side]);
  return (f[2] ? value.str.strip().str.toUpperCase() : value).alias(`${prefix}${i}`);
});
const every = (list) => list.reduce((a, b) => a.and(b));

const erp = scan('customers').select(col('SystemId').alias('eid'), col('SystemModifiedAt').alias('emod'), ...mapped(0, 'e'));
const crm = scan('accounts').select(col('accountid').alias('cid'), col('modifiedon').alias('cmod'), ...mapped(1, 'c'));
const ledger = scan('ledger');
const newer = (stamp, time) => col(stamp).gt(col(time));
const same = every(FIELDS.map((_, i) => col(`e${i}`).eq(col(`c${i}`))));
const action = pl.when(col('emod').isNull().and(col('cmod').isNull())).then(lit('deleted_both'))
  .when(col('emod').isNull()).then(lit('deleted_erp'))
  .when(col('cmod').isNull()).then(lit('deleted_crm'))
  .when(newer('emod', 'erp_modified').not().and(newer('cmod', 'crm_modified').not())).then(lit('none'))
  .when(same).then(lit('touch'))
  .when(newer('emod', 'erp_modified').and(newer('cmod', 'crm_modified'))).then(lit('conflict'))
  .when(newer('emod', 'erp_modified')).then(lit('update_crm'))
  .otherwise(lit('update_erp'));
const joined = ledger.join(erp, { leftOn: 'erp_id', rightOn: 'eid', how: 'left' })
  .join(crm, { leftOn: 'crm_id', rightOn: 'cid', how: 'left' })
  .withColumn(action.alias('action')).collectSync();
const newCrm = erp.join(ledger.select('erp_id'), { leftOn: 'eid', rightOn: 'erp_id', how: 'anti' }).collectSync();
const newErp = crm.join(ledger.select('crm_id'), { leftOn: 'cid', rightOn: 'crm_id', how: 'anti' }).collectSync();

const write = (frame, name) => frame.writeCSV(`${output}/${name}.csv`);
const blankAsNull = (name, alias) => pl.when(col(name).eq(lit(''))).then(lit(null)).otherwise(col(name)).alias(alias);
write(newCrm.select(...FIELDS.map((f, i) => blankAsNull(`e${i}`, f[1])), col('eid').alias('erp_id')), 'crm_create');
write(newErp.select(...FIELDS.map((f, i) => blankAsNull(`c${i}`, f[0])), col('cid').alias('crm_id')), 'erp_create');
// A field that did not change is null (nothing between the commas), one changed to empty is "".
const changed = (i, from, alias) =>
  pl.when(col(`e${i}`).neq(col(`c${i}`))).then(col(`${from}${i}`)).otherwise(lit(null)).alias(alias);
const updated = (name) => joined.filter(col('action').eq(lit(name)));
write(updated('update_crm').select(col('crm_id').alias('accountid'), ...FIELDS.map((f, i) => changed(i, 'e', f[1]))),
  'crm_update');
write(updated('update_erp').select(col('erp_id').alias('SystemId'), ...FIELDS.map((f, i) => changed(i, 'c', f[0]))),
  'erp_update');

const has = (...names) => col('action').isIn(names);
const old = joined.select('mapping', 'erp_id', 'crm_id',
  pl.when(has('touch', 'update_crm')).then(col('emod')).otherwise(col('erp_modified')).alias('erp_modified'),
  pl.when(has('touch', 'update_erp')).then(col('cmod')).otherwise(col('crm_modified')).alias('crm_modified'),
  pl.when(has('none')).then(col('state')).when(has('touch')).then(lit('coupled'))
    .when(has('conflict')).then(lit('conflict')).when(col('action').str.contains('^deleted')).then(lit('broken'))
    .otherwise(lit('pending')).alias('state'),
  pl.when(has('none')).then(col('last_action')).otherwise(col('action')).alias('last_action'),
  pl.when(has('none')).then(col('last_run')).otherwise(lit(RUN)).alias('last_run'));
const text = (value) => lit(value).cast(pl.Utf8);
const fresh = (frame, values, name) => frame.select(...values.map((v) => v[0].alias(v[1])),
  text('pending').alias('state'), text(name).alias('last_action'), text(RUN).alias('last_run'));
write(pl.concat([old,
  fresh(newCrm, [[text('CUSTOMER'), 'mapping'], [col('eid'), 'erp_id'], [text(null), 'crm_id'],
    [col('emod'), 'erp_modified'], [text(null), 'crm_modified']], 'create_crm'),
  fresh(newErp, [[text('CUSTOMER'), 'mapping'], [text(null), 'erp_id'], [col('cid'), 'crm_id'],
    [text(null), 'erp_modified'], [col('cmod'), 'crm_modified']], 'create_erp')]), 'ledger');
