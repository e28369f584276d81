#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A car's board for the exec driver, with nothing behind it: put your own commands where a line
# says so.
#
#	[ev]
#	preset = exec
#	exec_command = /usr/share/doc/openccs/examples/board.sh
#
# (of the Debian package; after `make install` it is below share/doc/ccs).
#
# ccs says `name value` lines on our standard input: every command when it changes, and all of them
# four times a second, then `tick`.  We answer that with what we measure; a value that is not
# repeated within its age limit (`ccs hw list`) ends the session.
# When the input ends ccs has ended: everything off.
battery=360 charger=0 contactor=0 lock=0 pilot=B

measure() {
	# Here: read your sensors.  An inlet sees the charger until the contactors are closed.
	if [ "$contactor" = 1 ]; then inlet=$battery; else inlet=$charger; fi
	cat <<-END
		cp_duty 5
		inlet_voltage $inlet
		battery_voltage $battery
		soc 42
		max_voltage 410
		max_current 100
		target_voltage 400
		target_current 20
		lock_feedback $lock
		contactor_feedback $contactor
		stop 0
	END
}

while read -r name value; do
	case $name in
	tick) measure ;;
	cp_state) pilot=$value ;; # Here: switch the resistor of the control pilot.
	contactor) contactor=$value ;; # Here: switch the contactors.
	lock) lock=$value ;; # Here: drive the lock.
	isolation_monitor) ;; # Here: 0 switches the vehicle's own monitor off, while it charges.
	charger_voltage) charger=$value ;;
	esac
done
contactor=0 pilot=B # Here: switch them off.
