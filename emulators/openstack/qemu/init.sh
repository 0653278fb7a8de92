#!/bin/sh
# The first and only program of a guest: network, an HTTP answer, and SSH for the ordered key.
export PATH=/bin:/sbin:/usr/sbin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /lib/modules/order); do insmod "/lib/modules/$module" 2>/dev/null; done
tries=0
while [ ! -e /sys/class/net/eth0 ] && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
if [ -s /etc/guest/user-data ]; then # a whole system stands on a disk of its own: go over to it
    tries=0
    while [ ! -b /dev/vda ] && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    mkdir -p /disk
    mount -t ext4 -o noatime /dev/vda /disk
    mkdir -p /disk/var/lib/cloud/seed/nocloud
    cp /etc/guest/user-data /etc/guest/meta-data /disk/var/lib/cloud/seed/nocloud/
    if grep -q '"postgresql"' /etc/guest/user-data; then # as its package does when it is installed
        ln -sf /lib/systemd/system/postgresql.service /disk/etc/systemd/system/multi-user.target.wants/
    fi
    umount /proc
    umount /sys
    mount --move /dev /disk/dev
    exec switch_root /disk /sbin/init
fi
mkdir -p /dev/pts /tmp /var/log /var/run /root/.ssh
mount -t devpts devpts /dev/pts
hostname "$(cat /etc/guest/name)"
mkdir -p /www/cgi-bin
cat >/www/index.html <<PAGE
<!doctype html><title>$(hostname)</title><h1>$(hostname)</h1>
<p>This server booted in $(cut -d' ' -f1 /proc/uptime) seconds.</p>
PAGE
cat >/www/cgi-bin/info <<'CGI'
#!/bin/sh
printf 'Content-Type: application/json\r\n\r\n'
printf '{"hostname": "%s", "kernel": "%s", "uptime": %s}\n' \
    "$(hostname)" "$(uname -r)" "$(cut -d' ' -f1 /proc/uptime)"
CGI
chmod +x /www/cgi-bin/info
httpd -p 80 -h /www
if [ -s /etc/guest/authorized_keys ] && [ -x /usr/sbin/dropbear ]; then
    cp /etc/guest/authorized_keys /root/.ssh/authorized_keys
    chmod 700 /root /root/.ssh
    chmod 600 /root/.ssh/authorized_keys
    mkdir -p /etc/dropbear
    /usr/sbin/dropbear -R -s -E
fi
echo "grunnmur-guest: up" >/dev/console
while :; do sleep 3600; done
