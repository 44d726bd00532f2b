#!/bin/sh
# contained.sh <folder of the application> <folder for data> <command…>: runs the command like a container engine with
# --read-only --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges, in private mounts. Requires root.
set -eu
app=$1
data=$2
shift 2
mount --make-rprivate /
mount --bind "$app" "$app"
mount --bind "$data" "$data"
# Make every mount read-only, except kernel mounts and the data folder.
awk '{print $5}' /proc/self/mountinfo | while read -r point; do
  case $point in
    "$data" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
    *) mount -o remount,bind,ro "$point" ;;
  esac
done
exec setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
