// @ts-check
'use strict';

/** The broker on the same box is trusted to keep what it has acknowledged: storing and forwarding is its job. */
module.exports = require('../../deletes-at-puback/lib/forwarder.cjs');
