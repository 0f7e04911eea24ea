// @ts-check
'use strict';
const { bootId, wallMicros } = require('../../../node-red-resilient/lib/clock.cjs');

/** The only clock that this program knows is the one that anybody may set. */
module.exports = { nowMicros: wallMicros, wallMicros, bootId };
